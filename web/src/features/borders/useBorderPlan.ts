import { computed, ref } from 'vue'
import type { ApiError } from '@/api/client'
import { fetchBorderPlan, sayPlanWord } from '@/store/borderPlans'
import { useRemote } from '@/store/remote'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

/** One plan of community borders in the hand of a secretary: read, and answered for a community. */
export function useBorderPlan(id: () => number) {
  const { state, error, value, load } = useRemote(id, fetchBorderPlan)
  const words = ref('')
  const busy = ref(false)
  const message = ref('')
  /** The community that is asked first of those one speaks for; undefined when none is. */
  const asked = computed(() =>
    value.value?.words.find(({ community }) => value.value!.mine.includes(community.id)),
  )

  async function answer(agrees: boolean) {
    busy.value = true
    message.value = ''
    try {
      await sayPlanWord(value.value!, {
        community: asked.value!.community.id,
        agrees,
        words: words.value.trim(),
      })
      words.value = ''
      say(t('townBorder.said'), 'good')
      return true
    } catch (cause) {
      const { code, message: said, fields } = cause as ApiError
      message.value = code === 'offline' ? t('state.offline') : (fields[0]?.message ?? said)
      if (code === 'stale') await load()
      return false
    } finally {
      busy.value = false
    }
  }
  return { state, error, value, load, words, busy, message, asked, answer }
}
