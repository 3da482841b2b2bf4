import { computed, ref, shallowRef, watch } from 'vue'
import type { FileLook, ImportDoor, Reading, RowMap, Upload } from '@/store/importSteps'
import type { ImportReport } from '@/store/importing'
import { cancelJob, fetchJob, isRunning, useWatched, type Job } from '@/store/jobs'
import { uuidv7 } from '@/store/uuid'
import { t } from '@/ui/text'

/** The steps of an import, in order. */
export const STEPS = ['choose', 'recognise', 'columns', 'check', 'write'] as const

/** One of the steps. */
export type Step = (typeof STEPS)[number]

/** What runs on the server for the page, or '' for nothing. */
type Running = '' | 'check' | 'write' | 'undo'

/** The state of one import through a door, from the file to its undoing, and what may be done at each step. */
export function useSteps(door: ImportDoor, changed: () => void) {
  const step = ref<Step>('choose')
  const upload = shallowRef<Upload | null>(null)
  const look = shallowRef<FileLook | null>(null)
  const reading = ref<Reading>({})
  const report = shallowRef<ImportReport | null>(null)
  const rows = shallowRef<RowMap | null>(null)
  const line = ref<number | null>(null)
  const busy = ref(false)
  const trouble = ref('')
  const running = ref<Running>('')
  const jobId = ref<string | null>(null)
  const job = useWatched(() => jobId.value, fetchJob, isRunning, null)

  /** Runs one request; what goes wrong is said on the page. */
  async function attempt(work: () => Promise<void>) {
    if (busy.value) return
    busy.value = true
    trouble.value = ''
    try {
      await work()
    } catch (cause) {
      const { code, message } = cause as { code?: string; message?: string }
      trouble.value = code === 'offline' ? t('state.offline') : message || t('state.error')
    } finally {
      busy.value = false
    }
  }

  const take = (file: File) =>
    attempt(async () => {
      reset()
      upload.value = await door.keep(file)
      await recognise()
      step.value = 'recognise'
    })

  async function recognise() {
    const found = await door.look(upload.value!.id, reading.value)
    look.value = found
    const best = found.systems?.[0]
    // The server's own reading stays unless a system fits clearly better.
    const used = found.systems?.find((one) => one.name === (found.crs === 'own' ? '' : found.crs || 'wgs84'))
    if (
      best &&
      reading.value.crs === undefined &&
      found.askCrs &&
      (!used || best.share > used.share + 0.03)
    ) {
      reading.value = { ...reading.value, crs: best.name, swap: best.swap }
    }
    if (found.sheet) reading.value = { ...reading.value, sheet: found.sheet }
    const map: Record<string, string> = { ...reading.value.map }
    for (const head of found.heads ?? []) if (head.column && found.remembered) map[head.head] = head.column
    if (found.remembered) reading.value = { ...reading.value, map }
  }

  /** Changes how the file is read and looks at it again. */
  const read = (change: Reading) =>
    attempt(async () => {
      reading.value = { ...reading.value, ...change }
      report.value = null
      if ('sheet' in change) delete reading.value.map
      await recognise()
    })

  const column = (head: string, key: string) => read({ map: { ...mapped(), [head]: key || '-' } })

  /** Everything that is understood now, so that one change does not lose the rest. */
  function mapped(): Record<string, string> {
    const map: Record<string, string> = { ...reading.value.map }
    for (const { head, column: to } of look.value?.heads ?? []) if (to) map[head] = to
    return map
  }

  const follow = (what: Running, started: Job) => {
    running.value = what
    jobId.value = started.id
  }
  const check = () =>
    attempt(async () => {
      report.value = rows.value = null
      reading.value = { ...reading.value, map: mapped() }
      step.value = 'check'
      follow('check', await door.check(upload.value!.id, reading.value))
    })
  let writing = ''
  const write = (skipBad: boolean) =>
    attempt(async () => {
      writing ||= uuidv7()
      follow('write', await door.write(upload.value!.id, writing, reading.value, skipBad))
      writing = ''
      step.value = 'write'
    })
  const undo = (id: number) => attempt(async () => follow('undo', await door.undo(id)))
  const cancel = () =>
    attempt(async () => {
      await cancelJob(jobId.value!)
      await job.load()
    })

  watch(job.value, async (now) => {
    if (!now || isRunning(now)) return
    const what = running.value
    running.value = ''
    changed()
    if (now.state !== 'done') {
      trouble.value = now.doing
      if (what === 'write') step.value = 'check'
      return
    }
    await attempt(async () => {
      report.value = await door.report(Number(now.result.import))
      if (what === 'check') rows.value = await door.rowMap(upload.value!.id)
      if (what === 'write' && !report.value.written) step.value = 'check'
    })
  })

  function reset() {
    upload.value = look.value = report.value = rows.value = null
    reading.value = {}
    step.value = 'choose'
    line.value = jobId.value = null
    trouble.value = running.value = ''
  }

  const show = (id: number) =>
    attempt(async () => {
      reset()
      report.value = await door.report(id)
    })

  return {
    door,
    step,
    upload,
    look,
    reading,
    report,
    rows,
    line,
    busy,
    trouble,
    running,
    job: computed(() => job.value.value),
    take,
    read,
    column,
    check,
    write,
    undo,
    cancel,
    reset,
    show,
    go: (to: Step) => (step.value = to),
    pick: (row: number | null) => (line.value = row),
  }
}

/** The steps as the page's parts get them. */
export type Steps = ReturnType<typeof useSteps>
