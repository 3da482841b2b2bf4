import latin400 from '@fontsource/noto-sans-sc/files/noto-sans-sc-latin-400-normal.woff2?url'
import latin700 from '@fontsource/noto-sans-sc/files/noto-sans-sc-latin-700-normal.woff2?url'
import chinese400 from '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff2?url'
import chinese700 from '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-700-normal.woff2?url'
import type { StyleSpecification } from 'maplibre-gl'
import type { Palette } from './palette'

/** The `text-font` of every label; labels are drawn in the browser, there is no glyph server. */
export const FONT = ['Noto Sans SC']

/** The `text-font` of labels that must stand out: names of communities, counts. */
export const BOLD = ['Noto Sans SC Bold']

const chinese = [
  'U+B7',
  'U+2014-2026',
  'U+2190-21FF',
  'U+2460-24FF',
  'U+2E80-9FFF',
  'U+F900-FAFF',
  'U+FE30-FE4F',
  'U+FF00-FFEF',
]

/** The empty map: ground colour and fonts. All else is put on it by layers. */
export function emptyStyle(palette: Palette): StyleSpecification {
  const at = (path: string) => new URL(path, location.href).href
  const faces = (latin: string, han: string) => [
    { url: at(han), 'unicode-range': chinese },
    { url: at(latin), 'unicode-range': ['U+0-FF', 'U+2000-206F'] },
  ]
  return {
    version: 8,
    'font-faces': {
      [FONT[0]!]: faces(latin400, chinese400),
      [BOLD[0]!]: faces(latin700, chinese700),
    },
    sources: {},
    layers: [{ id: 'ground', type: 'background', paint: { 'background-color': palette.ground } }],
  }
}
