import { computed, ref, shallowRef, type Ref } from 'vue'
import { language } from './text'

/** One column of a table. */
export interface Column<R> {
  key: string
  label: string
  /** What the cell shows and what sorting goes by. */
  value: (row: R) => string | number | null
  /** Numbers stand to the right. */
  numeric?: boolean
  /** False takes away the sort button. */
  sortable?: boolean
  /** CSS width. */
  width?: string
}

/** Order of a table: rising or falling by one column. */
export interface Order {
  key: string
  falling: boolean
}

/** Rows in the order asked for; equal rows keep theirs, empty cells come last. */
export function sorted<R>(
  rows: readonly R[],
  columns: readonly Column<R>[],
  order: Order | null,
): readonly R[] {
  const column = columns.find(({ key }) => key === order?.key)
  if (!order || !column) return rows
  const collator = new Intl.Collator(language.value === 'en' ? 'en' : 'zh-CN', { numeric: true })
  const turn = order.falling ? -1 : 1
  return [...rows].sort((a, b) => {
    const [x, y] = [column.value(a), column.value(b)]
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1
    if (typeof x === 'number' && typeof y === 'number') return turn * (x - y)
    return turn * collator.compare(String(x), String(y))
  })
}

/** The rows worth having in the page: those in sight and a few around them. Sizes in pixels. */
export function inSight(count: number, top: number, height: number, rowHeight: number, spare = 8) {
  const from = Math.max(0, Math.min(Math.floor(top / rowHeight) - spare, count - 1))
  const to = Math.min(count, Math.ceil((top + height) / rowHeight) + spare)
  return { from, to: Math.max(from, to) }
}

/** State of a virtual table: order, scroll position, the row the keyboard stands on. */
export function useRows<R>(
  rows: () => readonly R[],
  columns: () => readonly Column<R>[],
  rowHeight: Ref<number>,
  /** The order of rows that come sorted; undefined when the table sorts. */
  given: () => Order | null | undefined = () => undefined,
  ask: (order: Order | null) => void = () => undefined,
) {
  const own = shallowRef<Order | null>(null)
  const order = computed(() => given() ?? own.value)
  const top = ref(0)
  const height = ref(600)
  const active = ref(0)
  const all = computed(() => (given() === undefined ? sorted(rows(), columns(), own.value) : rows()))
  const window = computed(() => inSight(all.value.length, top.value, height.value, rowHeight.value))
  const shown = computed(() => all.value.slice(window.value.from, window.value.to))

  /** Rising, then falling, then as it came. */
  function sortBy(key: string) {
    const now = order.value
    const next = now?.key !== key ? { key, falling: false } : now.falling ? null : { key, falling: true }
    if (given() === undefined) own.value = next
    else ask(next)
  }
  return { order, top, height, active, all, window, shown, sortBy }
}
