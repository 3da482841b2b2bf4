import { describe, expect, test } from 'vitest'
import { ref } from 'vue'
import { inSight, sorted, useRows, type Column } from './useRows'

interface Row {
  id: number
  name: string
  count: number | null
}
const columns: Column<Row>[] = [
  { key: 'name', label: '名称', value: (r) => r.name },
  { key: 'count', label: '数', value: (r) => r.count, numeric: true },
]
const rows: Row[] = [
  { id: 1, name: '10号楼', count: 3 },
  { id: 2, name: '2号楼', count: null },
  { id: 3, name: '安康网格', count: 12 },
]
const ids = (list: readonly Row[]) => list.map((r) => r.id)

describe('sorting', () => {
  test('reads numbers inside text as numbers', () => {
    expect(ids(sorted(rows.slice(0, 2), columns, { key: 'name', falling: false }))).toEqual([2, 1])
  })

  test('puts empty cells last in both directions', () => {
    expect(ids(sorted(rows, columns, { key: 'count', falling: false }))).toEqual([1, 3, 2])
    expect(ids(sorted(rows, columns, { key: 'count', falling: true }))).toEqual([3, 1, 2])
  })

  test('goes rising, falling, as it came, and leaves the rows alone', () => {
    const table = useRows(
      () => rows,
      () => columns,
      ref(40),
    )
    const seen = [1, 2, 3].map(() => (table.sortBy('count'), ids(table.all.value)))
    expect(seen).toEqual([
      [1, 3, 2],
      [3, 1, 2],
      [1, 2, 3],
    ])
    expect(ids(rows)).toEqual([1, 2, 3])
  })
})

describe('the window of a long table', () => {
  test('holds the rows in sight and a few around them', () => {
    expect(inSight(50_000, 400_000, 600, 40)).toEqual({ from: 9992, to: 10_023 })
  })

  test('stays inside short and empty tables', () => {
    expect(inSight(3, 0, 600, 40)).toEqual({ from: 0, to: 3 })
    expect(inSight(0, 0, 600, 40)).toEqual({ from: 0, to: 0 })
    expect(inSight(10, 9000, 600, 40)).toEqual({ from: 9, to: 10 })
  })
})
