/** Texts of micro-grids (微网格). */
export const zhMicro = {
  'noun.micro': '微网格',
  'micro.new': '设为新微网格',
  'micro.of': '微网格（{n}个）',
  'micro.none': '这个网格没有划微网格',
  'micro.steward': '楼长、单元长',
  'micro.noSteward': '没有楼长',
} as const
