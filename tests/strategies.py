"""Text that looks like damaged documents, for hypothesis."""

from hypothesis import strategies as st

WORDS = """the of muscle spine life may help research Orthospinology PubMed McArthur ReducingMuscle
life.These betweenmuscle e.g.The J.Smith 2013. 12: 60-65. 5mg +41 €5 a_b * _ # < > | ` [x] \\ &amp;
<b> <script> https://example.org/a_b?c=(d)*e* .http://x anna@example.org C:\\dir\\ tool- Vor- und -
– — ... § don’t donâ€™t Ã¼ber dÃ©jÃ oﬃce
co\u00adop no\u00a0break zero\u200bwidth \u200b \u00ad \ufeff
\uf0b7 \x07 \x1b[0m e\u0301 语言 язык 👩\u200d👧 Page""".split()
LINES = """\
●|○|●item|● item|○ item|- item|* item|+ item|1. item|2. item|3. item|10) item|(1) x|a) item|b) item
iv. item|1.1 Title|1.2 Title|1 Title|Title|Page 2|Page 3|- 3 -|7|8|Leave a Comment|Share this:
Related Posts|Running Head|Running Head|#|## x|---|===|***|~~~|> x|\\|1.|2013.|2013. x|• • x|● ○ x
12/03/2021, 10:15 AM|Scientific Support:|:--|^""".replace("\n", "|").split("|")
ENDS = (
    ["\n"] * 8 + ["\n\n"] * 4 + ["\n\n\n\n", "\r\n", "\r", "\f", "\n\f", "\u2028", "\v", " ", "\t"]
)
INDENTS = [""] * 6 + ["  ", "    ", "\t", "\u00a0"]

sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
pieces = st.tuples(
    st.sampled_from(INDENTS),
    st.sampled_from(LINES) | sentences,
    st.sampled_from(ENDS),
).map("".join)
documents = st.lists(pieces, min_size=1, max_size=25).map("".join)
texts = (
    documents | st.text(max_size=200) | st.text(alphabet=" \n\t-*+#>.1a\\_`<&;[]|~=:", max_size=60)
)
