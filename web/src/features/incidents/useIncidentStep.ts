import { computed, reactive, ref, watch, type ComputedRef } from 'vue'
import { fieldsOf, isOneTap, needsWords } from '@/store/incidentSteps'
import {
  incidentClasses,
  phrases,
  stepIncident,
  type Incident,
  type IncidentAction,
  type IncidentStep,
} from '@/store/incidentWork'
import { uuidv7 } from '@/store/uuid'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'
import { term } from '@/ui/term'

/** What the form of an action holds. */
export interface StepInput {
  opinion: string
  class: string
  unit: string
  units: string[]
  until: string
  into: string
  reached: string
  result: string
  closeKind: NonNullable<IncidentStep['closeKind']>
  card: NonNullable<IncidentStep['card']>
}

const fresh = (): StepInput => ({
  opinion: '',
  class: '',
  unit: '',
  units: [],
  until: '',
  into: '',
  reached: '',
  result: '',
  closeKind: 'material',
  card: 'normal',
})

/** What is sent for an action: only the fields it has. `until` is the end of that working day. */
export function toStep(
  action: IncidentAction,
  version: number,
  input: StepInput,
  photos: string[],
): IncidentStep {
  const has = (field: string) => (fieldsOf(action) as readonly string[]).includes(field)
  const words = input.opinion.trim()
  return {
    version,
    action,
    ...(words && { opinion: words }),
    ...(has('class') && input.class && { class: input.class }),
    ...(has('unit') && input.unit && { unit: input.unit }),
    ...(has('units') && input.units.length > 0 && { units: input.units }),
    ...(has('until') && input.until && { until: `${input.until}T17:30:00+08:00` }),
    ...(has('into') && input.into && { into: input.into }),
    ...(has('reached') && input.reached && { reached: input.reached }),
    ...(has('card') && { card: input.card }),
    ...(has('result') && {
      result: input.result.trim(),
      closeKind: input.closeKind,
      ...(photos.length > 0 && { photos: photos.slice(0, 9) }),
    }),
  }
}

/** One action at a time on an incident: which is open, its fields, sending it. */
export function useIncidentStep(incident: () => Incident, photosAfter: () => string[], moved: () => void) {
  const chosen = ref<IncidentAction | null>(null)
  const input = reactive(fresh())
  const trouble = ref('')
  const busy = ref(false)
  // One key for each content of each version: a second tap after a lost answer does not act twice.
  const keys = new Map<string, string>()
  void incidentClasses.want()
  void phrases.want()
  watch(
    () => [incident().id, incident().version],
    () => {
      chosen.value = null
      keys.clear()
      Object.assign(input, fresh())
    },
  )

  const units: ComputedRef<string[]> = computed(() => [
    ...new Set(incidentClasses.list.value.map(({ unit }) => unit).filter(Boolean)),
    '网格',
  ])
  const words = computed(() =>
    phrases.list.value.filter(({ action }) => action === '' || action === chosen.value),
  )

  function choose(action: IncidentAction) {
    trouble.value = ''
    if (isOneTap(action)) return void sendStep(action)
    chosen.value = chosen.value === action ? null : action
    const own = incidentClasses.list.value.find(({ code }) => code === incident().class)
    input.class = incident().class
    input.unit = own?.unit ?? ''
    input.reached = incident().deadlines.find(({ step }) => !step)?.name ?? ''
  }
  async function sendStep(action: IncidentAction) {
    if (busy.value) return
    if (needsWords(action) && !input.opinion.trim()) {
      trouble.value = t('incident.opinionNeeded')
      return
    }
    busy.value = true
    const step = toStep(action, incident().version, input, photosAfter())
    const content = JSON.stringify(step)
    const key = keys.get(content) ?? uuidv7()
    keys.set(content, key)
    try {
      const done = await stepIncident(incident(), step, key)
      say(t(done ? 'step.done' : 'step.kept', { action: term('action', action) }), 'good')
      chosen.value = null
      moved()
    } catch (cause) {
      const { code, message } = cause as { code?: string; message?: string }
      if (code !== 'offline') keys.delete(content)
      if (code === 'stale') moved()
      trouble.value = code === 'offline' ? t('state.offline') : message || t('state.error')
    } finally {
      busy.value = false
    }
  }
  return { chosen, input, trouble, busy, units, words, choose, sendStep }
}
