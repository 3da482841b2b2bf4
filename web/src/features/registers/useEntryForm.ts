import { computed, ref, shallowRef } from 'vue'
import type { ApiError } from '@/api/client'
import {
  changeEntry,
  createEntry,
  readEntry,
  retireEntry,
  showEntry,
  type Entry,
  type Keeping,
  type Values,
} from '@/store/entries'
import type { LoadState } from '@/store/collection'
import { uuidv7 } from '@/store/uuid'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'
import { fromInput, same, toInput, type Input } from './fieldText'

/** The form of one record, or of a new one with id null. `done` hears when the record is not what the list shows any more. */
export function useEntryForm(keeping: Keeping, id: number | null, done: () => void) {
  const entry = shallowRef<Entry | null>(null)
  const inputs = ref<Record<string, Input>>({})
  const state = ref<LoadState>('loading')
  const failure = shallowRef<ApiError | null>(null)
  const errors = ref<Record<string, string>>({})
  const trouble = ref('')
  const busy = ref(false)
  let key = uuidv7()

  const fields = computed(() => keeping.fields.filter((field) => id === null || !field.fixed))
  const labels = computed(() => entry.value?.labels ?? {})
  const masked = (name: string) => (entry.value?.values[name] ? String(entry.value.values[name]) : '')

  function take(now: Entry, keep = false) {
    const before = entry.value
    entry.value = now
    for (const field of fields.value) {
      const untouched =
        !keep || same(inputs.value[field.name] ?? '', toInput(field, before?.values[field.name]))
      if (untouched) inputs.value[field.name] = toInput(field, now.values[field.name])
    }
  }
  async function load() {
    state.value = 'loading'
    try {
      if (id === null) for (const field of fields.value) inputs.value[field.name] = toInput(field, null)
      else take(await readEntry(keeping, id))
      state.value = 'ready'
    } catch (cause) {
      failure.value = cause as ApiError
      state.value = 'error'
    }
  }
  void load()

  /** What differs from the record: all that was filled in of a new one. */
  function changes(): Values {
    const out: Values = {}
    for (const field of fields.value) {
      const input = inputs.value[field.name] ?? ''
      if (!same(input, toInput(field, entry.value?.values[field.name])))
        out[field.name] = fromInput(field, input)
    }
    return out
  }
  async function run(act: () => Promise<Entry>, said: string) {
    busy.value = true
    errors.value = {}
    trouble.value = ''
    try {
      take(await act())
      say(said, 'good')
      key = uuidv7()
      done()
      return true
    } catch (cause) {
      explain(cause as ApiError)
      return false
    } finally {
      busy.value = false
    }
  }
  function explain(cause: ApiError) {
    errors.value = Object.fromEntries(
      cause.fields.map(({ field, message }) => [field.split(/[.[]/)[0], message]),
    )
    trouble.value = cause.message || t('state.offline')
    if (cause.code === 'stale' && cause.current) {
      take(cause.current as Entry, true)
      trouble.value += `。${t('register.stale')}`
    }
  }
  const save = () =>
    run(
      () =>
        id === null
          ? createEntry(keeping, changes(), key)
          : changeEntry(keeping, id, entry.value!.version, changes()),
      t('register.saved'),
    )
  const retire = (reason: string, restore: boolean) => {
    const said = restore
      ? 'register.restored'
      : keeping.ending === 'removed'
        ? 'register.removed'
        : 'register.retired'
    return run(() => retireEntry(keeping, id!, { version: entry.value!.version, reason, restore }), t(said))
  }
  const shown = ref<Values | null>(null)
  async function show(purpose: string) {
    try {
      shown.value = await showEntry(keeping, id!, purpose)
    } catch (cause) {
      explain(cause as ApiError)
    }
  }
  return {
    entry,
    inputs,
    fields,
    labels,
    masked,
    state,
    failure,
    errors,
    trouble,
    busy,
    load,
    save,
    retire,
    shown,
    show,
  }
}
