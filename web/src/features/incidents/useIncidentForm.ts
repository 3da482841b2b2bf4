import { computed, onBeforeUnmount, reactive, ref, shallowRef, watch } from 'vue'
import { useDetail } from '@/store/detail'
import { dropDraft, keepDraft, keptDraft } from '@/store/drafts'
import { incidentClasses, reportIncident, type Incident } from '@/store/incidentWork'
import type { PhotoDraft } from '@/store/photos'
import type { RecordingDraft } from '@/store/recordings'
import type { ReportFrom } from '@/store/reportFrom'
import { selected, view } from '@/store/selection'
import { uuidv7 } from '@/store/uuid'
import { t } from '@/ui/text'
import { freshReport, toReport, type IncidentInput, type Position } from './incidentInput'

/** The state of a report: what survives closing, where it is, its photos, one sending at a time. `pin` is told whether the map's middle is the place. */
export function useIncidentForm(from: ReportFrom | null, pin: (on: boolean) => void) {
  const draft = from?.visit ?? 'new'
  const input = reactive<IncidentInput>({
    ...freshReport(uuidv7, from),
    ...keptDraft<IncidentInput>('incident', draft),
  })
  watch(input, () => keepDraft('incident', draft, input))
  const { list } = incidentClasses
  watch(
    () => input.group,
    () => (input.class = null),
  )
  watch(
    () => input.class,
    (code) => {
      if (list.value.find((one) => one.code === code)?.urgent) input.urgency = 'urgent'
    },
  )

  const tapped = computed(() => (selected.value?.noun === 'building' ? Number(selected.value.id) : null))
  const building = computed(() => tapped.value ?? input.building ?? null)
  const { value: chosen } = useDetail('building', () => building.value)
  const device = shallowRef<Position | null>(null)
  const locating = ref('')
  const place = computed<Position | null>(() => {
    if (input.by === 'map') return view.value && { lng: view.value.lng, lat: view.value.lat }
    return input.by === 'device' ? device.value : null
  })
  function locate() {
    locating.value = t('incident.locating')
    if (!('geolocation' in navigator)) {
      locating.value = t('incident.noDevice')
      return
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        device.value = { lng: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy }
        locating.value = t('incident.located', { n: Math.round(coords.accuracy) })
      },
      () => (locating.value = t('incident.noDevice')),
      { enableHighAccuracy: true, timeout: 10_000 },
    )
  }
  watch(
    () => input.by,
    (by) => {
      pin(by === 'map')
      if (by === 'device') locate()
    },
    { immediate: true },
  )
  onBeforeUnmount(() => pin(false))

  const photos = ref<PhotoDraft[]>([])
  const recordings = ref<RecordingDraft[]>([])
  const before = ref<PhotoDraft[]>([])
  const after = ref<PhotoDraft[]>([])
  const sent = computed<PhotoDraft[]>(() =>
    input.self
      ? [
          ...before.value.map((one) => ({ ...one, kind: 'before' as const })),
          ...after.value.map((one) => ({ ...one, kind: 'after' as const })),
        ]
      : photos.value,
  )
  const busy = ref(false)
  const trouble = ref('')

  function lacks(): string {
    if (!input.class) return t('incident.classFirst')
    if (input.by === 'building' && !building.value) return t('incident.noBuilding')
    if (input.by === 'device' && !device.value) return t('incident.noDevice')
    if (input.self && !input.result.trim()) return t('selfHandle.resultFirst')
    const shown = before.value.length && after.value.length
    if (input.self && !shown && !input.photos?.length) return t('selfHandle.photosFirst')
    return ''
  }

  /** Hands it over; `stored` is null while only this device has it. Null altogether: trouble says why. */
  async function send(): Promise<{ stored: Incident | null; about: string } | null> {
    if (busy.value) return null
    trouble.value = lacks()
    if (trouble.value || !input.class) return null
    busy.value = true
    try {
      const ids = [...(input.photos ?? []), ...sent.value.map(({ id }) => id)]
      const body = toReport({ ...input, class: input.class }, place.value, building.value, new Date(), ids)
      const about = list.value.find(({ code }) => code === input.class)?.name ?? ''
      const stored = await reportIncident(body, input.key, about, sent.value, recordings.value)
      dropDraft('incident', draft)
      return { stored, about }
    } catch (cause) {
      const { code, message } = cause as { code?: string; message?: string }
      if (code !== 'offline') input.key = uuidv7()
      trouble.value = code === 'offline' ? t('incident.offline') : message || t('state.error')
      return null
    } finally {
      busy.value = false
    }
  }
  return { input, building, chosen, place, locating, photos, before, after, recordings, busy, trouble, send }
}
