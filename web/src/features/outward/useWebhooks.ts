import { computed, ref } from 'vue'
import { fetchWebhooks, openWebhook } from '@/store/outward'
import { t } from '@/ui/text'
import { term } from '@/ui/term'
import { useOutward } from './useOutward'

const STATES = ['reported', 'filed', 'dispatched', 'handling', 'checking', 'follow_up', 'closed']

/** The webhooks of the territory, the form of a new one, and whose log is open. */
export function useWebhooks() {
  const base = useOutward(fetchWebhooks)
  const url = ref('')
  const kind = ref('all')
  const shown = ref<number | null>(null)
  const name = (one: string) => (one === 'all' ? t('outward.allKinds') : term('incidentState', one))
  const kinds = computed(() => ['all', ...STATES].map((key) => ({ key, label: name(key) })))
  const told = (all: readonly string[]) => all.map(name).join('、')
  const toggle = (id: number) => (shown.value = shown.value === id ? null : id)
  const add = () =>
    base.attempt(async () => {
      const body = { name: base.input.name, url: url.value, kinds: [kind.value], area: base.area.value! }
      base.secret.value = (await openWebhook(body)).secret
      base.input.name = url.value = ''
    })
  const { value: hooks, state, error, load } = base.list
  return { ...base, hooks, state, error, load, url, kind, kinds, told, shown, toggle, add }
}
