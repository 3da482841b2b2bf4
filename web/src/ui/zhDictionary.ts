/** Texts of the dictionary: the numbers the rules work with. */
export const zhDictionary = {
  'desk.dictionary': '字典',
  'dictionary.entries': '字典各项',
  'dictionary.about': '改动立即对全部辖区有效，并留下记录。',
  'dictionary.read': '由管理员修改，对全部辖区有效。',
  'dictionary.visit': '走访频次',
  'dictionary.visitHint': '多少天内应走访一次。一户有几个服务标签时取最勤的一个。',
  'dictionary.grid': '网格规模',
  'dictionary.gridHint': '已有的方案保留它自己的标准。',
  'dictionary.service': '服务标准',
  'dictionary.serviceHint': '群众身边的服务应达到的标准。',
  'dictionary.usual': '缺省值',
  'dictionary.setBy': '{actor} 于 {time} 修改；缺省 {n} {unit}',
  'dictionary.between': '{title}应在{low}到{high}{unit}之间',
  'dictionary.cancel': '取消',
} as const
