import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import type { ApiError } from '@/api/client'
import {
  fetchPlan,
  fetchPlanCells,
  fetchPlanChecks,
  fetchPlanLog,
  previewPlan,
  type Plan,
  type PlanCheck,
  type PlanDelta,
  type PlanEdit,
  type PlanGesture,
  type PlanGrid,
  type PlanLogEntry,
  type PlanLost,
} from '@/store/plans'
import { onTopic } from '@/store/live'
import { actor } from '@/store/session'
import { number, t } from '@/ui/text'
import { say } from '@/ui/toast'
import { figures, totals } from './figures'
import { deltaOf, overlap, refused, reversed, same, type Refusal } from './gesture'
import { PlanGround } from './ground'
import { CellHeirs, recuts } from './heirs'
import { useCuts } from './useCuts'
import { useDelivery } from './useDelivery'
import { changesSince, refusalWord } from './words'

type Changed = (cells: readonly number[]) => void

/**
 * The draft in hand: its ground, findings, and every gesture's way to the
 * server. A gesture the browser can work out shows at once and is sent behind;
 * the answer's numbers replace its own. Gestures go one after another. Made on
 * an older version, a gesture is made again when nobody else touched its cells.
 */
export function useDraft(id: number) {
  const plan = shallowRef<Plan | null>(null)
  const ground = shallowRef<PlanGround | null>(null)
  const grids = shallowRef<readonly PlanGrid[]>([])
  const checks = shallowRef<readonly PlanCheck[]>([])
  const state = ref<'loading' | 'ready' | 'error'>('loading')
  const error = shallowRef<ApiError | null>(null)
  const { unsent, waiting, deliver } = useDelivery(id)
  const savedAt = shallowRef<Date | null>(null)
  const canUndo = ref(true)
  const canRedo = ref(false)
  /** What others have just done, in words. */
  const news = ref('')
  const listeners = new Set<Changed>()
  const heirs = new CellHeirs()
  /** Done when the hand is up: the ground does not change under a stroke. */
  let still = Promise.resolve()
  let letGo = () => {}
  let last: Promise<unknown> = Promise.resolve()
  let gone = false
  onScopeDispose(() => (gone = true))

  const editable = computed(() => plan.value?.state === 'draft')

  /** Reads all of the draft anew. */
  async function load() {
    if (!ground.value) state.value = 'loading'
    try {
      const [head, cells, found] = await Promise.all([fetchPlan(id), fetchPlanCells(id), fetchPlanChecks(id)])
      if (gone) return
      plan.value = { ...head, version: cells.version }
      ground.value = new PlanGround(cells)
      grids.value = cells.grids
      checks.value = found
      state.value = 'ready'
      error.value = null
    } catch (cause) {
      error.value = cause as ApiError
      if (!ground.value) state.value = 'error'
      else complain(cause)
    }
  }

  /** Reads what is said of the plan as a whole; who has which cell stays. */
  async function reread() {
    const head = await fetchPlan(id).catch(() => null)
    if (head && plan.value && !gone) plan.value = { ...head, version: plan.value.version }
  }
  /** Reads the findings anew: what was found on the spot is one of them. */
  async function recheck() {
    const at = plan.value?.version
    const found = await fetchPlanChecks(id).catch(() => null)
    if (!gone && found && plan.value?.version === at) checks.value = found
  }
  function complain(cause: unknown) {
    const { code, message } = cause as ApiError
    say(code === 'offline' ? t('state.offline') : message || t('state.error'), 'bad')
  }
  function tell(cells: readonly number[]) {
    listeners.forEach((listener) => listener(cells))
  }
  function put(delta: PlanDelta) {
    const changed = ground.value!.apply(delta)
    if (changed.length) tell(changed)
  }

  /** Counts the touched grids here, until the server's numbers come. */
  function recount(delta: PlanDelta) {
    const touched = new Set([...delta.was, ...delta.now])
    for (const label of touched) {
      const card = ground.value!.card(label)
      if (card) ground.value!.setCard({ ...card, ...figures(ground.value!, label) })
    }
    relist()
  }
  function relist() {
    const known = ground.value!
    grids.value = known.labels().flatMap((label) => known.card(label) ?? [])
  }
  function take(edit: PlanEdit, shown: PlanDelta | null) {
    if (shown && !same(shown, edit.delta)) put(reversed(shown))
    // A new grid's card first: its cells take their colour from it.
    for (const grid of edit.grids) ground.value!.setCard(grid)
    // Also when it was shown: a gesture of somebody else may have come between.
    put(edit.delta)
    const touched = new Set(edit.grids.map(({ grid }) => grid))
    // Findings of the whole and of the touched grids replace what was said of them.
    checks.value = [...edit.checks, ...checks.value.filter(({ grid }) => grid !== 0 && !touched.has(grid))]
    plan.value = { ...plan.value!, version: edit.version, ...totals(ground.value!) }
    canUndo.value = edit.canUndo
    canRedo.value = edit.canRedo
    savedAt.value = new Date()
    relist()
  }

  async function send(gesture: PlanGesture, shown: PlanDelta | null): Promise<PlanEdit | null> {
    try {
      const edit = await deliver(plan.value!.version, heirs.current(gesture))
      take(edit, shown)
      return edit
    } catch (cause) {
      const { code, current } = cause as ApiError
      const lost = code === 'stale' ? (current as PlanLost | undefined) : undefined
      if (lost?.since) return replay(gesture, shown, lost)
      if (shown) put(reversed(shown))
      complain(cause)
      await load()
      return null
    }
  }

  /** Somebody else was faster: made again when their gestures touched none of its cells, else told. */
  async function replay(gesture: PlanGesture, shown: PlanDelta | null, lost: PlanLost) {
    const foreign = lost.since.filter(({ actor: who }) => who !== actor.value?.id)
    const cells = shown?.cells ?? gesture.cells ?? []
    heirs.learn(lost.since)
    gesture = heirs.current(gesture)
    if (shown) put(reversed(shown))
    if (!adopt(lost.since)) await load()
    const clash = overlap(cells ?? [], lost.since)
    if (gone || clash > 0 || gesture.kind === 'undo' || gesture.kind === 'redo') {
      say(
        t('plans.clash', {
          n: number(clash),
          who: changesSince(foreign.length ? foreign : lost.since, grids.value),
        }),
        'bad',
        12_000,
      )
      return null
    }
    const again = deltaOf(ground.value!, gesture)
    if (refused(again)) return refuse(again)
    if (again) put(again)
    say(t('plans.replayed', { who: changesSince(foreign, grids.value) }))
    return send(gesture, again)
  }
  /**
   * Takes gestures of others as they come, without reading the plan anew. False
   * when they do not join up with what is known here, or when they say something
   * of grids or of the ground itself that only the server can describe.
   */
  function adopt(entries: readonly PlanLogEntry[]): boolean {
    const from = plan.value!.version
    if (recuts(entries) || entries.some(({ seq, delta }, i) => seq !== from + 1 + i || delta.grids?.length))
      return false
    for (const { delta } of entries) {
      put(delta)
      recount(delta)
    }
    plan.value = { ...plan.value!, version: from + entries.length, ...totals(ground.value!) }
    return true
  }
  /** Follows the plan to a version the live stream has told of, after what is under way here. */
  async function follow(version: number) {
    await still
    if (gone || !plan.value || plan.value.version >= version) return
    const before = plan.value.version
    const entries = await fetchPlanLog(id, before).catch(() => [])
    if (gone || plan.value.version !== before) return
    heirs.learn(entries)
    if (!entries.length || !adopt(entries)) await load()
    const foreign = entries.filter(({ actor: who }) => who !== actor.value?.id)
    if (foreign.length) news.value = changesSince(foreign, grids.value)
    await recheck()
  }
  onScopeDispose(
    onTopic('plan', (event) => {
      if (Number(event.id) === id) last = last.then(() => follow(event.version))
    }),
  )
  function refuse(refusal: Refusal): null {
    say(refusalWord(refusal, ground.value!.card(refusal.grid)?.name ?? ''), 'bad')
    return null
  }

  /** Makes a gesture: shown at once when that can be worked out here, sent after those before it. */
  function make(gesture: PlanGesture): Promise<PlanEdit | null> {
    if (gesture.kind === 'undo' && cuts.last.value) return cuts.heal(cuts.last.value).then(() => null)
    cuts.last.value = null
    const delta = deltaOf(ground.value!, gesture)
    if (refused(delta)) return Promise.resolve(refuse(delta))
    if (delta && !delta.cells.length && gesture.kind !== 'merge') return Promise.resolve(null)
    if (delta) {
      put(delta)
      recount(delta)
    }
    unsent.value++
    const done = last.then(() => send(gesture, delta)).finally(() => unsent.value--)
    last = done
    return done
  }
  /** What only the server can count before it is done, e.g. a split; null when it refuses, in its words. */
  async function preview(gesture: PlanGesture): Promise<PlanEdit | null> {
    await last
    try {
      return await previewPlan(id, plan.value!.version, gesture)
    } catch (cause) {
      if ((cause as ApiError).code === 'stale') {
        await load()
        return preview(gesture)
      }
      complain(cause)
      return null
    }
  }
  /** Something that changes the ground of all drafts, after what is under way here; then the draft is read anew. */
  function beneath<T>(change: () => Promise<T>): Promise<T | null> {
    unsent.value++
    const done = last
      .then(change)
      .then(async (made) => {
        await load()
        savedAt.value = new Date()
        return made
      })
      .catch(async (cause) => {
        complain(cause)
        if ((cause as ApiError).code === 'conflict') await load()
        return null
      })
      .finally(() => unsent.value--)
    last = done
    return done
  }
  const cuts = useCuts(beneath, heirs)
  /** The hand comes down: what others do waits until it is up. */
  function hold() {
    letGo()
    still = new Promise((done) => (letGo = done))
  }
  onScopeDispose(() => letGo())
  /** Calls back with the places of cells whose grid has changed. Returns the stop. */
  function onCells(listener: Changed) {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  void load()
  return {
    plan,
    ground,
    grids,
    checks,
    state,
    error,
    unsent,
    waiting,
    savedAt,
    canUndo: computed(() => canUndo.value || cuts.last.value !== null),
    canRedo,
    news,
    editable,
    load,
    reread,
    recheck,
    make,
    preview,
    onCells,
    refuse,
    cuts,
    heirs,
    hold,
    release: () => letGo(),
  }
}

/** A draft in hand. */
export type Draft = ReturnType<typeof useDraft>
