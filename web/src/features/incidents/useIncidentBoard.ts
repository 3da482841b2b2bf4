import { computed, nextTick, reactive, ref, watch } from 'vue'
import { areas } from '@/store/areas'
import { BOARDS, useBoard, type Board, type BoardFilter } from '@/store/incidentBoard'
import { select } from '@/store/selection'
import { holds } from '@/store/session'
import { t } from '@/ui/text'

const own: readonly [Board, ...string[]][] = [
  ['intake', 'intake'],
  ['file', 'duty_head'],
  ['dispatch', 'dispatcher'],
  ['handle', 'handler'],
  ['check', 'secretary', 'grid_leader', 'grid_staff'],
]

/** The board a person begins on: that of their work. */
export const firstBoard = (): Board => own.find(([, ...roles]) => holds(...roles))?.[0] ?? 'intake'

/** The boards as a page: filter, rows, counts, and the keyboard. */
export function useIncidentBoard() {
  void areas.want()
  const filter = reactive<BoardFilter>({ board: firstBoard(), mine: false, light: '', area: null })
  const { list, counts } = useBoard(() => ({ ...filter }))
  const rows = computed(() => list.value.value ?? [])
  const focused = ref(0)
  watch(
    () => filter.board,
    () => (focused.value = 0),
  )
  const areaChoices = computed(() => [
    { key: null as number | null, label: t('board.allAreas') },
    ...areas.list.value.map(({ id, name }) => ({ key: id as number | null, label: name })),
  ])
  function clear() {
    filter.mine = false
    filter.light = ''
    filter.area = null
  }

  async function move(by: number, board: HTMLElement) {
    focused.value = Math.max(0, Math.min(rows.value.length - 1, focused.value + by))
    await nextTick()
    board.querySelector<HTMLElement>(`[data-row="${focused.value}"]`)?.focus()
  }
  function key(event: KeyboardEvent) {
    const target = event.target as HTMLElement
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      target.matches('input[type=text], textarea, select')
    )
      return
    const board = event.currentTarget as HTMLElement
    const inTabs = target.matches('[role=tab]')
    const steps: Record<string, number> = { j: 1, k: -1, ...(!inTabs && { ArrowDown: 1, ArrowUp: -1 }) }
    const by = steps[event.key]
    if (by) void move(by, board)
    else if (event.key === 'm') filter.mine = !filter.mine
    else if (/^[1-7]$/.test(event.key)) filter.board = BOARDS[Number(event.key) - 1]!
    else if (event.key === 'Escape') select(null)
    else return
    event.preventDefault()
  }
  return {
    filter,
    list,
    rows,
    counts: computed(() => counts.value.value ?? []),
    areaChoices,
    key,
    focused,
    clear,
    filtered: computed(() => filter.mine || filter.light !== '' || filter.area !== null),
  }
}
