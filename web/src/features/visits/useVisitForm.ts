import { reactive, ref, watch } from 'vue'
import type { PhotoDraft } from '@/store/photos'
import type { RecordingDraft } from '@/store/recordings'
import { dropDraft, keepDraft, keptDraft } from '@/store/drafts'
import { uuidv7 } from '@/store/uuid'
import { recordVisit, type Visit, type VisitDraft } from '@/store/visitWork'
import { t } from '@/ui/text'
import { freshInput, isTouched, restoredInput, toDraft, type VisitInput } from './visitInput'

interface Kept extends VisitInput {
  /** What was sent without an answer: it is sent again word for word, so that the key fits. */
  sent?: VisitDraft
}

/** The state of the form for one door, called `door()`: input that survives closing, one sending at a time, errors by field. */
export function useVisitForm(household: number, door: () => string = () => '') {
  const fresh = () => freshInput(uuidv7, new Date())
  const kept = keptDraft<Kept>('visit', household)
  const input = reactive<Kept>(restoredInput(kept, fresh()))
  const restored = ref(kept !== null && isTouched(input))
  const photos = ref<PhotoDraft[]>([])
  const recordings = ref<RecordingDraft[]>([])
  const busy = ref(false)
  const trouble = ref('')
  const fields = ref<Record<string, string>>({})

  watch(
    input,
    () => {
      if (isTouched(input)) keepDraft('visit', household, input)
      else dropDraft('visit', household)
    },
    { flush: 'sync' },
  )

  function clear() {
    delete input.sent
    Object.assign(input, fresh())
    restored.value = false
    trouble.value = ''
    fields.value = {}
  }

  /** What to send: after a lost answer the same as before, unless something was changed since. */
  function body(): VisitDraft {
    const now = toDraft({ ...input, met: input.met! }, household, new Date())
    const before = input.sent
    if (!before) return now
    const same = JSON.stringify({ ...now, occurredAt: '' }) === JSON.stringify({ ...before, occurredAt: '' })
    // Another content needs another key: the server holds a key to what it first came with.
    if (!same) input.key = uuidv7()
    return same ? before : { ...now, occurredAt: before.occurredAt }
  }

  /** Hands it over; `stored` is the server's answer, null while only this device has it. Null altogether: trouble says why, and nothing is lost. */
  async function send(): Promise<{ stored: Visit | null } | null> {
    if (busy.value) return null
    trouble.value = ''
    fields.value = {}
    if (!input.met) {
      fields.value = { met: t('visit.metFirst') }
      return null
    }
    busy.value = true
    try {
      input.sent = body()
      const stored = await recordVisit(input.sent, input.key, door(), photos.value, recordings.value)
      dropDraft('visit', household)
      return { stored }
    } catch (cause) {
      explain(cause as { code?: string; message?: string; fields?: { field: string; message: string }[] })
      return null
    } finally {
      busy.value = false
    }
  }
  function explain(error: {
    code?: string
    message?: string
    fields?: { field: string; message: string }[]
  }) {
    // An answer came, so nothing is under way under this key any more.
    if (error.code !== 'offline') {
      delete input.sent
      input.key = uuidv7()
    }
    trouble.value =
      { offline: t('visit.offline'), full: t('outbox.full') }[error.code ?? ''] ??
      (error.message || t('state.error'))
    fields.value = Object.fromEntries(
      (error.fields ?? []).map(({ field, message }) => [field.replace(/^body\./, ''), message]),
    )
  }

  return { input, photos, recordings, restored, busy, trouble, fields, clear, send }
}
