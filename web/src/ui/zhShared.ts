/**
 * Texts of the page a view-only link opens. They stand apart from the table of
 * texts, which that page does not load.
 */
export const words = {
  title: '网格划分方案',
  readOnly: '只读',
  loading: '正在打开…',
  again: '重试',
  offline: '没有连上网络，请稍后再试',
  trouble: '没有打开，请稍后再试',
  noLink: '链接不完整，请向起草人索取完整的链接。',
  draft: '草稿',
  submitted: '已提交',
  approved: '已批准',
  scheduled: '待生效',
  published: '已生效',
  withdrawn: '已撤回',
  effective: '{day} 生效',
  until: '链接有效到 {day}',
  changed: '最近改动 {day}',
  scope: '范围：{names}',
  notFinal: '这是草稿，还会改动，以公布的为准。',
  map: '{name}的网格图',
  zoomIn: '放大',
  zoomOut: '缩小',
  whole: '全图',
  legend: '图例',
  legendNumber: '格内数字为户数',
  legendOff: '红色：户数不在 {low}–{high} 户之间',
  legendMoved: '斜线：与现行网格不同',
  legendColour: '底色只为区分相邻网格',
  grids: '各网格的数字',
  grid: '网格',
  kind: '类别',
  basic: '综合网格',
  special: '专属网格',
  micro: '微网格',
  households: '户数',
  now: '现行户数',
  delta: '增减',
  buildings: '楼栋',
  area: '公顷',
  parts: '块数',
  fresh: '新设',
  total: '合计',
  noGrids: '这个方案里还没有网格',
  privacy: '本页只有整个网格的合计，没有个人和单个楼栋的信息。',
} as const

/** The words, with their {gaps} filled. */
export const word = (key: keyof typeof words, gaps: Record<string, string | number> = {}): string =>
  words[key].replace(/\{(\w+)\}/g, (gap, name: string) => String(gaps[name] ?? gap))
