import { computed, onScopeDispose, ref } from 'vue'
import type { ApiError } from '@/api/client'
import { onTopic } from '@/store/live'
import { commentPlan, fetchPlanComments, resolvePlanComment, type PlanComment } from '@/store/planComments'
import { useRemote } from '@/store/remote'
import { uuidv7 } from '@/store/uuid'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

/** Where a comment stands: in a cell, or on the border to the cell across (0 for none), by numbers of cells. */
export interface CommentPlace {
  cell: number
  across: number
  at: [number, number]
}

/** A comment with its answers. */
export interface CommentThread {
  root: PlanComment
  /** The number on the map and in the list, from 1 in the order of writing. */
  mark: number
  answers: PlanComment[]
}

/** The comments of a plan, as everybody who has it open sees them. */
export function useComments(plan: number) {
  const { state, error, value, load } = useRemote(() => plan, fetchPlanComments)
  const all = ref(false)
  /** The thread that is read. */
  const chosen = ref<number | null>(null)
  const threads = computed<CommentThread[]>(() => {
    const list = value.value ?? []
    return list
      .filter(({ replyTo }) => replyTo === null)
      .map((root, i) => ({ root, mark: i + 1, answers: list.filter(({ replyTo }) => replyTo === root.id) }))
  })
  const open = computed(() => threads.value.filter(({ root }) => !root.resolvedAt))
  const shown = computed(() =>
    all.value
      ? threads.value
      : threads.value.filter(({ root }) => !root.resolvedAt || root.id === chosen.value),
  )
  onScopeDispose(
    onTopic('plan', ({ id, ...event }) => {
      if (Number(id) === plan && 'body' in event && (event.body as { kind?: string }).kind === 'comment')
        void load()
    }),
  )

  /** Does something with the server; says in words when it fails. */
  async function attempt(what: () => Promise<PlanComment>): Promise<PlanComment | null> {
    try {
      return await what()
    } catch (cause) {
      const { code, message } = cause as ApiError
      say(code === 'offline' ? t('state.offline') : message, 'bad')
      return null
    } finally {
      await load()
    }
  }
  /** Pins a comment; null when it could not be. */
  async function pin({ cell, across, at }: CommentPlace, text: string, key = uuidv7()) {
    const written = await attempt(() =>
      commentPlan(plan, { text, cell, ...(across && { across }), location: at }, key),
    )
    if (written) chosen.value = written.id
    return written
  }
  const answer = ({ id }: PlanComment, text: string, key = uuidv7()) =>
    attempt(() => commentPlan(plan, { text, replyTo: id }, key))
  const resolve = (root: PlanComment, resolved: boolean) => attempt(() => resolvePlanComment(root, resolved))

  return { state, error, load, all, chosen, threads, open, shown, pin, answer, resolve }
}

/** The comments of a plan in hand. */
export type Comments = ReturnType<typeof useComments>
