import { computed, ref, watch } from 'vue'
import { keepingOf, keepings } from '@/store/entries'
import { useListing } from '@/store/listing'
import type { Order } from '@/ui/useRows'
import type { RegisterPage, Row } from './page'

/** The list of one register: its filters, order, columns and chosen rows. `register` may change. */
export function useRegister(register: () => RegisterPage) {
  void keepings.want()
  const keeping = computed(() => keepingOf(register().name))
  const area = ref<number | null>(null)
  const kind = ref('')
  const typed = ref('')
  const words = ref('')
  const where = ref<string[]>([])
  const ended = ref(false)
  const order = ref<Order | null>(null)
  const picked = ref<ReadonlySet<Row['id']>>(new Set())
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(typed, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => (words.value = now.trim()), 300)
  })
  function clear() {
    area.value = null
    kind.value = typed.value = words.value = ''
    where.value = []
    ended.value = false
  }
  watch(
    () => register().name,
    () => {
      clear()
      order.value = null
      picked.value = new Set()
    },
  )

  /** The filter as a list, an export and a bulk edit take it. */
  const filter = computed(() => ({
    ...(area.value ? { area: area.value } : {}),
    ...(kind.value ? { [register().kinds?.query ?? 'kind']: kind.value } : {}),
    ...(words.value ? { q: words.value } : {}),
    ...(where.value.length ? { where: [...where.value] } : {}),
  }))
  const query = computed(() => {
    // The audit takes a number of rows only, and no page.
    if (register().name === 'audit') return {}
    const sort = order.value ? `${order.value.falling ? '-' : ''}${order.value.key}` : ''
    return { ...filter.value, sort, ended: ended.value ? 'true' : '' }
  })
  const listing = useListing<Row>(
    () => `/api/${register().name}`,
    () => query.value,
  )
  const filtered = computed(() => Object.keys(filter.value).length > 0 || ended.value)

  const hidden = ref<string[]>([])
  const store = computed(() => `register.hidden.${register().name}`)
  watch(store, (name) => (hidden.value = JSON.parse(localStorage.getItem(name) ?? '[]') as string[]), {
    immediate: true,
  })
  function hide(key: string, off: boolean) {
    hidden.value = off ? [...hidden.value, key] : hidden.value.filter((one) => one !== key)
    localStorage.setItem(store.value, JSON.stringify(hidden.value))
  }
  // What a cell puts together, or a list, has no order the server knows.
  const together = ['team', 'grids', 'offers', 'places', 'posts']
  const columns = computed(() =>
    register()
      .columns()
      .filter(({ key }) => !hidden.value.includes(key))
      .map((column) =>
        keeping.value && together.includes(column.key) ? { ...column, sortable: false } : column,
      ),
  )
  const comparable = computed(() =>
    register()
      .columns()
      .filter(({ key }) => key !== 'team'),
  )
  function valueOf(column: string, word: string) {
    const choices = keeping.value?.fields.find(({ name }) => name === column)?.choices ?? []
    return choices.find(({ label }) => label === word)?.value ?? word
  }

  function pick(id: Row['id']) {
    const now = new Set(picked.value)
    if (!now.delete(id)) now.add(id)
    picked.value = now
  }
  const address = (format: string) => {
    const pairs = Object.entries(filter.value).flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => [key, String(one)]),
    )
    return `/api/exports/${register().name}.${format}?${new URLSearchParams(pairs)}`
  }
  return {
    keeping,
    area,
    kind,
    typed,
    where,
    ended,
    order,
    picked,
    clear,
    filter,
    filtered,
    hidden,
    hide,
    columns,
    comparable,
    valueOf,
    pick,
    address,
    ...listing,
  }
}
