import { expect, test } from 'vitest'
import { findingsCsv } from './importing'

test('findings open in a spreadsheet: byte order mark, quotes doubled, nothing runs as a formula', () => {
  const finding = {
    line: 3,
    feature: '=P2',
    field: '名称',
    level: 'error' as const,
    message: '缺少“名称", 必填',
    done: '',
  }
  expect(findingsCsv([finding], ['行', '码'], () => '错误')).toBe(
    '\uFEFF"行","码"\r\n"3","\'=P2","名称","错误","缺少“名称"", 必填",""\r\n',
  )
})
