// Reads mdast trees, one a line; writes the Markdown that remark makes of each, as a line of JSON.
// The packages are those of the folder that INGEST_NODE_MODULES names, or of node's own search.

import {createRequire} from 'node:module'
import {resolve} from 'node:path'
import {createInterface} from 'node:readline'
import {pathToFileURL} from 'node:url'

const folder = process.env.INGEST_NODE_MODULES
const base = folder ? resolve(folder, '..', 'x.js') : resolve('x.js')
const load = async (name) => {
  const found = createRequire(base).resolve(name)
  return import(pathToFileURL(found).href)
}

const {toMarkdown} = await load('mdast-util-to-markdown')
const {gfmTableToMarkdown} = await load('mdast-util-gfm-table')
const {gfmFootnoteToMarkdown} = await load('mdast-util-gfm-footnote')
const {gfmTaskListItemToMarkdown} = await load('mdast-util-gfm-task-list-item')
const {frontmatterToMarkdown} = await load('mdast-util-frontmatter')

const options = {
  extensions: [
    gfmTableToMarkdown(),
    gfmFootnoteToMarkdown(),
    gfmTaskListItemToMarkdown(),
    frontmatterToMarkdown(['yaml'])
  ]
}

process.stdout.write('"ready"\n')
for await (const line of createInterface({input: process.stdin})) {
  process.stdout.write(JSON.stringify(toMarkdown(JSON.parse(line), options)) + '\n')
}
