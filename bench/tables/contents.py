"""What the tables of the set say. Facts are common knowledge or made up for this purpose.

A table is written one row a line, its cells divided by ` | `. `<` belongs to the cell on its left,
`^` to the cell above it. The first row is the header.
"""

from __future__ import annotations

from dataclasses import dataclass

LEFT_SPAN, UP_SPAN = "<", "^"
APRIL_DAYS = 30


@dataclass(frozen=True)
class Content:
    """One table.

    Attributes:
        name: Names the files made from it.
        align: One letter a column: `l`, `c`, `r`.
        text: The rows, as above.
        caption: Stands above the table; empty for none.
        bold: The header is set in bold.
        widths: Width of each column in em where text wraps; 0 for columns as wide as their text.
    """

    name: str
    align: str
    text: str
    caption: str = ""
    bold: bool = True
    widths: tuple[int, ...] = ()

    @property
    def rows(self) -> list[list[str]]:
        """The cells, with `LEFT_SPAN` and `UP_SPAN` as they are written."""
        lines = self.text.strip().splitlines()
        return [[cell.strip() for cell in line.split("|")] for line in lines]

    @property
    def truth(self) -> list[list[str]]:
        """The cells as Markdown can hold them: the text of a span is in its first cell."""
        return [[("" if c in {LEFT_SPAN, UP_SPAN} else c) for c in row] for row in self.rows]


PROSE = (
    "The figures were taken in the spring, before the new rooms were opened, and again in the "
    "autumn. Nobody expected a great change, since the house had been full for years and the "
    "staff had stayed the same, but some of the numbers are worth a second look.",
    "A word about the method. Every visit was noted by hand at the door, and the sheets were "
    "typed once a week. Two people did this without knowing of each other, so that slips could "
    "be found; where their sheets differed, a third one decided.",
    "What follows from this is a matter of taste. Those who want more light will find reasons "
    "here, and so will those who would rather save the money for the roof, which has been waiting "
    "for a long time and will not wait much longer.",
    "The committee will meet again in May. Until then the garden stays open on the usual days, "
    "and the keys are kept at the bakery across the road, where they have always been kept.",
)

_ELEMENTS = """Hydrogen H 1.008,Helium He 4.003,Lithium Li 6.94,Beryllium Be 9.012,Boron B 10.81,
Carbon C 12.011,Nitrogen N 14.007,Oxygen O 15.999,Fluorine F 18.998,Neon Ne 20.180,
Sodium Na 22.990,Magnesium Mg 24.305,Aluminium Al 26.982,Silicon Si 28.085,Phosphorus P 30.974,
Sulfur S 32.06,Chlorine Cl 35.45,Argon Ar 39.95,Potassium K 39.098,Calcium Ca 40.078,
Scandium Sc 44.956,Titanium Ti 47.867,Vanadium V 50.942,Chromium Cr 51.996,Manganese Mn 54.938,
Iron Fe 55.845,Cobalt Co 58.933,Nickel Ni 58.693,Copper Cu 63.546,Zinc Zn 65.38,
Gallium Ga 69.723,Germanium Ge 72.630,Arsenic As 74.922,Selenium Se 78.971,Bromine Br 79.904,
Krypton Kr 83.798,Rubidium Rb 85.468,Strontium Sr 87.62,Yttrium Y 88.906,Zirconium Zr 91.224,
Niobium Nb 92.906,Molybdenum Mo 95.95,Technetium Tc 97,Ruthenium Ru 101.07,Rhodium Rh 102.91,
Palladium Pd 106.42,Silver Ag 107.87,Cadmium Cd 112.41,Indium In 114.82,Tin Sn 118.71"""

_TOWNS = """Alder Beach,Birch Hill,Cedar Ford,Dove Cross,Elm Bridge,Fern Hollow,Gorse Point,
Hazel End,Ivy Marsh,Juniper Bay,Kestrel Down,Larch Green,Maple Heath,Nettle Combe,Oak Weir,
Poplar Fen,Quarry Side,Rowan Gate,Sorrel Mead,Thistle Moor,Upper Willow,Vetch Lane,Wild Garth,
Yarrow Mill,Ash Corner,Bramble Rise,Clover Dale,Dock Street,Elder Wharf,Flax Bourton,Grass Tor,
Heather Law,Iris Pool,Jasmine Row,Knap Wood,Lilac Court,Moss Side,North Reed,Orchid Bank,
Pine Ness,Quince Hall,Rush Water,Sedge Lock,Teasel Hope,Usk Meadow"""


def _elements() -> str:
    rows = ["Number | Symbol | Element | Mass"]
    for number, entry in enumerate(_ELEMENTS.replace("\n", "").split(","), 1):
        name, symbol, mass = entry.split()
        rows.append(f"{number} | {symbol} | {name} | {mass}")
    return "\n".join(rows)


def _towns() -> str:
    rows = ["Town | Households | Visits | Share"]
    for number, name in enumerate(_TOWNS.replace("\n", "").split(","), 3):
        households, visits = 140 + number * 97 % 1800, 20 + number * 61 % 730
        rows.append(f"{name} | {households:,} | {visits} | {100 * visits / households:.1f}%")
    return "\n".join(rows)


def _readings() -> str:
    rows = ["Date | Level (cm) | Flow (m³/s) | Water (°C)"]
    for day in range(1, 49):
        month, of_month = ("April", day) if day <= APRIL_DAYS else ("May", day - APRIL_DAYS)
        level, flow = 210 + day * 37 % 95, 14 + day * 53 % 40
        water = f"{6 + day * 3 % 9}.{day % 10}"
        rows.append(f"{of_month} {month} | {level} | {flow}.{day * 7 % 10} | {water}")
    return "\n".join(rows)


def _ledger() -> str:
    words = "Coal,Paint,Nails,Postage,Glass,Timber,Seeds,Candles,Rope,Paper,Soap,Lamp oil".split(
        ","
    )
    rows = ["No. | Goods | Pieces | Paid"]
    for number in range(1, 46):
        pieces, paid = 1 + number * 29 % 60, 3 + number * 41 % 870
        word, cents = words[number * 5 % 12], number * 35 % 100
        rows.append(f"B{number:03} | {word} | {pieces} | {paid}.{cents:02}")
    return "\n".join(rows)


_READINGS, _LEDGER = _readings(), _ledger()

TUNING = (
    Content(
        "harvest",
        "lrrr",
        """Fruit | 2021 | 2022 | 2023
Apples | 1,240 | 1,180 | 1,322
Pears | 640 | 702 | 655
Plums | 88 | 124 | 97
Quinces | 12 | 9 | 15
Walnuts | 301 | 280 | 344
Total | 2,281 | 2,295 | 2,433""",
        "Table 1. Harvest of the orchard in kilograms",
    ),
    Content(
        "planets",
        "lrrl",
        """Planet | Diameter (km) | Moons | Atmosphere
Mercury | 4,879 | 0 | traces
Venus | 12,104 | 0 | carbon dioxide
Earth | 12,742 | 1 | nitrogen, oxygen
Mars | 6,779 | 2 | carbon dioxide
Jupiter | 139,820 | 95 | hydrogen, helium
Saturn | 116,460 | 146 | hydrogen, helium""",
        bold=False,
    ),
    Content("elements", "rllr", _elements(), "Table 2: The first fifty elements"),
    Content("towns", "lrrr", _towns()),
    Content(
        "options",
        "lll",
        """Option | Default | Meaning
output | none | Folder that the results are written to; it is made if it does not exist yet
depth | 3 | Levels of folders that are searched, counted from the one that is named
quiet | no | Say nothing but errors
jobs | 2 | Files that are worked on side by side; more need more memory
locale | en | Language of messages, as a code of two letters""",
        "Table 3. Options of the command",
        widths=(0, 0, 22),
    ),
    Content(
        "trains",
        "lccc",
        """Train | Departs | Arrives | Platform
Night express | 22:15 | 06:40 | 4
Coast line | 07:05 | 09:50 | 11
Valley local | 07:30 | 08:12 | 2
Border shuttle | 09:00 | 09:35 | 7
Lake steamer link | 12:20 | 14:05 | 1""",
    ),
    Content(
        "seasons",
        "lrrrr",
        """House | Summer | < | Winter | <
^ | Adults | Children | Adults | Children
Upper hall | 120 | 45 | 60 | 12
Lower hall | 95 | 38 | 44 | 9
Old barn | 210 | 130 | 15 | 3
Boat house | 64 | 71 | 0 | 0""",
        "Table 4. Guests by house and season",
    ),
    Content(
        "regions",
        "llrr",
        """Region | City | Offices | Staff
North | Bergen | 3 | 48
^ | Tampere | 1 | 12
^ | Uppsala | 2 | 31
South | Porto | 4 | 55
^ | Valencia | 2 | 20
West | Galway | 1 | 9""",
    ),
    Content(
        "materials",
        "lrrrl",
        """Material | Density (kg/m³) | Melts (°C) | Price (€/kg) | Use
Aluminium | 2,700 | 660 | 2.40 | frames
Brass | 8,500 | 930 | 6.10 | fittings
Copper | 8,960 | 1,085 | 9.35 | wires
Oak | 750 | – | 1.80 | floors
Steel | 7,850 | 1,450 | 0.95 | beams
Titanium | 4,506 | 1,668 | 24.00 | implants""",
        "Table 5. Materials and what they cost",
        bold=False,
    ),
    Content(
        "symptoms",
        "lll",
        """Sign | Likely cause | What to do
The lamp stays dark | The fuse has blown or the plug is loose | Change the fuse, then push the plug
in until it clicks
The motor hums but does not turn | The belt has slipped off its wheel | Open the cover and lay the
belt round both wheels
Water drips below | A seal is worn | Order a new seal from the dealer
The clock loses time | The battery is weak | Put in a new battery""".replace("\nin", " in").replace(
            "\nbelt", " belt"
        ),
        widths=(11, 13, 15),
    ),
    Content(
        "scores",
        "lrrrrr",
        """Player | Played | Won | Drawn | Lost | Points
Abbott | 14 | 9 | 3 | 2 | 30
Brennan | 14 | 8 | 4 | 2 | 28
Castellano | 14 | 7 | 3 | 4 | 24
Dvorak | 14 | 5 | 5 | 4 | 20
Eriksen | 14 | 3 | 2 | 9 | 11
Faure | 14 | 1 | 3 | 10 | 6""",
        "Table 6. Chess club, spring term",
    ),
    Content(
        "languages",
        "llll",
        """English | German | French | Spanish
apple | Apfel | pomme | manzana
bread | Brot | pain | pan
garden | Garten | jardin | jardín
house | Haus | maison | casa
water | Wasser | eau | agua
window | Fenster | fenêtre | ventana""",
        "Table 7. Words for the first lesson",
    ),
    Content(
        "budget",
        "lrr",
        """Item | Planned (€) | Spent (€)
Income | < | <
Membership fees | 12,400.00 | 12,150.00
Donations | 3,000.00 | 4,275.50
Expenses | < | <
Rent and heating | 8,200.00 | 8,460.20
Books | 2,500.00 | 2,311.75
Repairs | 1,800.00 | 2,950.00
Balance | 2,900.00 | 2,703.55""",
        "Table 8. Budget of the library",
    ),
    Content(
        "rates",
        "lcrr",
        """Weight up to | Zone | Letter | Parcel
20 g | A | 0.95 | –
20 g | B | 1.25 | –
500 g | A | 1.60 | 4.90
500 g | B | 3.70 | 9.50
2 kg | A | 3.10 | 6.20
2 kg | B | 7.00 | 14.90""",
        bold=False,
    ),
    Content(
        "plan",
        "llll",
        """Day | Morning | Afternoon | Evening
Monday | Arrival, rooms and keys | Walk round the lake | Soup and songs
Tuesday | Bread baking | < | Films
Wednesday | Boat trip to the island with lunch on board | < | ^
Thursday | Drawing | Rest | Stories by the fire
Friday | Packing | Departure | """,
        "Table 9. The week in the house",
        widths=(0, 10, 10, 10),
    ),
    Content(
        "trial",
        "lrrr",
        """Measure | Before | After | p
Sleep (h) | 6.1 ± 0.9 | 7.2 ± 0.8 | < 0.001
Pulse (1/min) | 78 ± 11 | 71 ± 9 | 0.003
Weight (kg) | 81.4 ± 12.2 | 80.9 ± 12.0 | 0.41
Pain (0–10) | 5.3 ± 1.7 | 2.8 ± 1.5 | < 0.001
Steps per day | 4,310 ± 1,200 | 6,050 ± 1,480 | 0.002""",
        "Table 10. Results after six weeks",
    ),
)

HELD_OUT = (
    Content(
        "rivers",
        "llrr",
        """River | Mouth | Length (km) | Basin (km²)
Rhine | North Sea | 1,233 | 185,000
Danube | Black Sea | 2,850 | 817,000
Loire | Atlantic | 1,006 | 117,000
Po | Adriatic | 652 | 74,000
Ebro | Mediterranean | 930 | 80,100
Elbe | North Sea | 1,094 | 148,268
Vistula | Baltic Sea | 1,047 | 194,424""",
        bold=False,
    ),
    Content(
        "errors",
        "rll",
        """Code | Name | Remedy
2 | usage | Read the help text and try again with the right names
3 | source | Ask for a new copy of the file, since this one is damaged
5 | output | Make room on the disk or choose another folder
70 | internal | Report it, with the file and the version""",
        "Table 11: Exit codes",
        widths=(0, 0, 18),
    ),
    Content(
        "shifts",
        "lcc",
        """Name | Early | Late
Agnes | yes | no
Bruno | no | yes
Clara | yes | yes
David | no | no
Edith | yes | no""",
        "Table 12. Who works when",
    ),
    Content(
        "census",
        "lrrrr",
        """Ward | Men | < | Women | <
^ | 1901 | 2001 | 1901 | 2001
Castle | 2,310 | 1,104 | 2,655 | 1,230
Harbour | 4,020 | 3,870 | 3,911 | 4,002
Market | 1,877 | 905 | 2,001 | 1,015
Mills | 980 | 2,450 | 1,034 | 2,518
Parks | 310 | 5,120 | 402 | 5,466""",
    ),
    Content(
        "genera",
        "lll",
        """Family | Genus | Common name
Rosaceae | Malus | apple
^ | Pyrus | pear
^ | Prunus | plum, cherry
Fagaceae | Quercus | oak
^ | Fagus | beech
Betulaceae | Alnus | alder""",
        "Table 13. Trees of the park",
    ),
    Content(
        "rooms",
        "llrr",
        """Room | Floor | Seats | Rent per hour (€)
Atrium | ground | 220 | 140.00
Blue room | first | 24 | 18.50
Cellar | basement | 60 | 35.00
Dome | third | 45 | 60.00
East wing hall | second | 110 | 75.50
Foyer | ground | – | 20.00""",
    ),
    Content("readings", "lrrr", _READINGS, "Table 14. Readings of the gauge"),
    Content("ledger", "llrr", _LEDGER, bold=False),
    Content(
        "signs",
        "cl",
        """Sign | Meaning
+ | more than last year
– | less than last year
= | the same, give or take one
? | not known when this was printed""",
        "Table 15. Signs used in the report",
    ),
    Content(
        "courses",
        "llrl",
        """Course | Teacher | Hours | Notes
Basket weaving for beginners | M. Albrecht | 12 | Bring a knife and an apron
Singing | J. Okafor | 20 | No need to read music
Bookbinding | L. Sørensen | 16 | Paper and thread are included in the fee
Spanish, second year | P. Quintero | 30 | Starts in October""",
        widths=(10, 0, 0, 12),
    ),
)
CONTENTS = TUNING + HELD_OUT
