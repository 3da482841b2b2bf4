import { computed, ref, shallowRef } from 'vue'
import {
  carryOut,
  fetchChecks,
  previewAct,
  undoFix,
  type DoctorAction,
  type DoctorCase,
  type DoctorCheck,
  type DoctorFix,
} from '@/store/doctor'
import { useListing } from '@/store/listing'
import { useRemote } from '@/store/remote'
import { uuidv7 } from '@/store/uuid'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

/** The name under which the list of what was done stands beside the checks. */
export const DONE = 'done'

const SEVERITIES = ['serious', 'warning', 'advice'] as const

/** Words of an error for a person. */
const trouble = (cause: unknown) => {
  const { code, message } = cause as { code?: string; message?: string }
  return code === 'offline' ? t('state.offline') : message || t('state.error')
}

/** The doctor's page: its checks, the list of the open one, and acts on a case. */
export function useDoctor() {
  const checks = useRemote(() => 'all', fetchChecks)
  const chosen = ref('')
  const at = ref(new Date())
  const all = computed(() => checks.value.value ?? [])
  /** The open check: the one chosen, else the worst with something in it. */
  const name = computed(
    () => chosen.value || (all.value.find(({ count }) => count > 0) ?? all.value[0])?.name,
  )
  const check = computed<DoctorCheck | undefined>(() => all.value.find((one) => one.name === name.value))
  const groups = computed(() =>
    SEVERITIES.map((severity) => ({
      severity,
      checks: all.value.filter((one) => one.severity === severity && (one.count > 0 || one.passed > 0)),
    })).filter((group) => group.checks.length > 0),
  )
  const healthy = computed(() => all.value.filter(({ count, passed }) => count + passed === 0))

  const cases = useListing<DoctorCase>(
    () => (check.value ? `/api/doctor/${check.value.name}` : null),
    () => ({}),
  )
  const fixes = useListing<DoctorFix>(
    () => (chosen.value === DONE ? '/api/doctor-fixes' : null),
    () => ({}),
  )

  /** Counts and lists anew. */
  async function again() {
    await Promise.all([checks.load(), check.value && cases.load(), chosen.value === DONE && fixes.load()])
    at.value = new Date()
  }
  return { checks, chosen, at, name, check, groups, healthy, cases, fixes, again }
}

/** One case on its way: what would change, then the doing. `done` is called after something was written. */
export function useAct(done: () => void) {
  const open = shallowRef<{ check: DoctorCheck; one: DoctorCase; action: DoctorAction; key: string } | null>(
    null,
  )
  const preview = shallowRef<DoctorFix | null>(null)
  const problem = ref('')
  const busy = ref(false)
  const reason = ref('')

  async function ask(check: DoctorCheck, one: DoctorCase, action: DoctorAction) {
    const mine = (open.value = { check, one, action, key: uuidv7() })
    preview.value = null
    problem.value = reason.value = ''
    try {
      const answer = await previewAct(check.name, one, action, uuidv7())
      if (open.value === mine) preview.value = answer
    } catch (cause) {
      if (open.value === mine) problem.value = trouble(cause)
    }
  }
  async function confirm() {
    const now = open.value
    if (!now || busy.value) return
    busy.value = true
    problem.value = ''
    try {
      const fix = await carryOut(now.check.name, now.one, now.action, reason.value.trim(), now.key)
      say(t('doctor.done', { title: fix.title }), 'good')
      open.value = null
      done()
    } catch (cause) {
      problem.value = trouble(cause)
    } finally {
      busy.value = false
    }
  }
  async function undo(fix: DoctorFix) {
    if (busy.value) return
    busy.value = true
    try {
      await undoFix(fix.id, uuidv7())
      say(t('doctor.undone', { title: fix.title }), 'good')
      done()
    } catch (cause) {
      say(trouble(cause), 'bad')
    } finally {
      busy.value = false
    }
  }
  return { open, preview, problem, busy, reason, ask, confirm, undo, close: () => (open.value = null) }
}
