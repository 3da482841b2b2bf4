import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import type { ApiError } from '@/api/client'
import {
  closeBorderWalk,
  createBorderWalk,
  fetchBorderWalks,
  type BorderOf,
  type BorderPiece,
} from '@/store/borderWalks'
import { onTopic } from '@/store/live'
import { useRemote } from '@/store/remote'
import { uuidv7 } from '@/store/uuid'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

const SETTLE = 400 // milliseconds: a walk is told once for each of its grids

/** The newest walk along the border of a plan or a grid, as those who asked for it see it; `told` hears of every change. */
export function useBorderWalk(of: () => BorderOf | null, told: () => void = () => undefined) {
  const remote = useRemote(of, fetchBorderWalks)
  const walk = computed(() => {
    const { plan, grid } = of() ?? {}
    const own = (remote.value.value ?? []).filter((one) => one.plan === (plan ?? null))
    return own.find((one) => plan !== undefined || one.grid === grid) ?? null
  })
  const pieces = computed<readonly BorderPiece[]>(() => walk.value?.pieces ?? [])
  /** The piece that is looked at. */
  const chosen = ref<number | null>(null)
  const busy = ref(false)
  const trouble = shallowRef('')
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = onTopic('border_walk', (event) => {
    const { plan } = ('body' in event ? event.body : {}) as { plan?: number | null }
    if ((plan ?? undefined) !== of()?.plan) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      void remote.load()
      told()
    }, SETTLE)
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })

  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    trouble.value = ''
    try {
      await work()
      return true
    } catch (cause) {
      const { code, message } = cause as ApiError
      trouble.value = code === 'offline' ? t('state.offline') : message
      return false
    } finally {
      busy.value = false
      await remote.load()
      told()
    }
  }
  let key = uuidv7()
  /** Asks for the border of now to be walked. */
  async function make(note: string, due: string): Promise<boolean> {
    const done = await attempt(async () => {
      const made = await createBorderWalk({ ...of()!, ...(note && { note }), ...(due && { due }) }, key)
      say(t('walk.made', { n: made.pieces.length }), 'good')
    })
    if (done) key = uuidv7()
    return done
  }
  const close = () => attempt(() => closeBorderWalk(walk.value!))
  const { state, error, load } = remote
  return { state, error, load, walk, pieces, chosen, busy, trouble, make, close }
}

/** A walk in the hand of who asked for it. */
export type BorderWalkHand = ReturnType<typeof useBorderWalk>
