import { reactive, ref } from 'vue'
import { incidentClasses, saveClass, type IncidentClass } from '@/store/incidentWork'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'
import { limitLines, parseLimits } from './limitText'

/** The table of classes and the row that is changed. */
export function useClassPage() {
  void incidentClasses.want()
  const input = reactive({
    code: '',
    name: '',
    filing: '',
    unit: '',
    limits: '',
    closeRule: 'result' as IncidentClass['closeRule'],
    radius: '0',
    private: false,
    urgent: false,
    publicName: '',
  })
  const open = ref(false)
  const busy = ref(false)
  const trouble = ref('')

  function edit({ limits, duplicateRadius, ...row }: IncidentClass) {
    Object.assign(input, row, { limits: limitLines(limits), radius: String(duplicateRadius) })
    trouble.value = ''
    open.value = true
  }
  async function save() {
    const { limits, wrong } = parseLimits(input.limits)
    trouble.value = wrong ? t('classes.badLimit', { n: wrong }) : ''
    if (wrong || busy.value) return
    busy.value = true
    const { code, name, filing, unit, closeRule, urgent, publicName } = input
    const parent = code.length > 2 ? code.slice(0, 2) : null
    try {
      await saveClass({
        code,
        parent,
        name,
        filing,
        unit,
        closeRule,
        limits,
        duplicateRadius: Number(input.radius),
        private: input.private,
        urgent,
        publicName,
      })
      say(t('state.saved'), 'good')
      open.value = false
    } catch (cause) {
      const { code: kind, message } = cause as { code?: string; message?: string }
      trouble.value = kind === 'offline' ? t('state.offline') : message || t('state.error')
    } finally {
      busy.value = false
    }
  }
  return { classes: incidentClasses, input, open, edit, save, busy, trouble }
}
