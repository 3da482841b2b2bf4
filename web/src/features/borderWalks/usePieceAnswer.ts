import { ref, shallowRef, watch } from 'vue'
import type { ApiError } from '@/api/client'
import { answerBorderPiece, type BorderPiece } from '@/store/borderWalks'
import type { PhotoDraft } from '@/store/photos'
import { uuidv7 } from '@/store/uuid'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'
import { boundKey, pieceSaid } from './words'

/** An answer to the piece in hand on its way: the same key until it has arrived. */
export function usePieceAnswer(piece: () => BorderPiece) {
  const reason = ref('')
  const photos = ref<PhotoDraft[]>([])
  const busy = ref(false)
  const trouble = shallowRef('')
  let [id, key] = [uuidv7(), uuidv7()]
  watch(piece, (now, before) => {
    if (now.id === before.id) return
    ;[id, key] = [uuidv7(), uuidv7()]
    trouble.value = ''
    if (boundKey(now) === boundKey(before)) return
    reason.value = ''
    photos.value = []
  })

  /** Whether the answer is with the server or kept here. */
  async function answer(verdict: 'accepted' | 'rejected'): Promise<boolean> {
    busy.value = true
    trouble.value = ''
    const { mark: n, id: of } = piece()
    const no = verdict === 'rejected'
    const body = {
      id,
      verdict,
      ...(no && { reason: reason.value.trim() }),
      at: new Date().toISOString(),
    }
    try {
      const stored = await answerBorderPiece(of, body, key, pieceSaid(piece()), no ? photos.value : [])
      say(t(stored ? 'walk.sent' : 'walk.kept', { n }), 'good')
      ;[id, key] = [uuidv7(), uuidv7()]
      return true
    } catch (cause) {
      const { code, message } = cause as ApiError
      trouble.value = code === 'offline' ? t('state.offline') : code === 'full' ? t('outbox.full') : message
      return false
    } finally {
      busy.value = false
    }
  }
  return { reason, photos, busy, trouble, answer }
}
