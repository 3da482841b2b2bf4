import { ref } from 'vue'
import type { ApiError } from '@/api/client'
import { changeNorm, norms, type Norm } from '@/store/norms'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

/** The editing of one norm. What is wrong is said beside it; a clash shows what it has become. */
export function useNorm(norm: () => Norm) {
  const typed = ref('')
  const editing = ref(false)
  const busy = ref(false)
  const trouble = ref('')

  function begin() {
    typed.value = String(norm().value)
    trouble.value = ''
    editing.value = true
  }
  async function save() {
    const { title, unit, low, high } = norm()
    const value = Number(typed.value.trim())
    if (!typed.value.trim() || !Number.isInteger(value) || value < low || value > high) {
      trouble.value = t('dictionary.between', { title, low, high, unit })
      return
    }
    busy.value = true
    trouble.value = ''
    try {
      await changeNorm(norm(), value)
      editing.value = false
      say(t('register.saved'), 'good')
      await norms.load()
    } catch (cause) {
      const { fields, message, code } = cause as ApiError
      trouble.value = fields[0]?.message || message || t('state.offline')
      if (code === 'stale') await norms.load()
    } finally {
      busy.value = false
    }
  }
  return { typed, editing, busy, trouble, begin, save }
}
