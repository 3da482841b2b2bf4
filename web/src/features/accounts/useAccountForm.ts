import { ref, shallowRef, watch } from 'vue'
import {
  accounts,
  changeAccount,
  openAccount,
  resetPassword,
  resetTotp,
  type Account,
  type AccountSecret,
  type GrantDraft,
} from '@/store/accounts'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

/** What is typed for an account; `before` null makes a new one. */
export function useAccountForm(before: () => Account | null, saved: (account: Account) => void) {
  const login = ref('')
  const name = ref('')
  const subject = ref('')
  const unit = ref('')
  const grants = ref<GrantDraft[]>([])
  const secret = shallowRef<AccountSecret | null>(null)
  const trouble = ref('')
  const busy = ref(false)

  function take(account: Account | null) {
    login.value = account?.login ?? ''
    name.value = account?.name ?? ''
    subject.value = account?.subject ?? ''
    unit.value = account?.unit ?? ''
    grants.value = account
      ? account.grants.map(({ role, code, from, to }) => ({ role, code, from, to }) as GrantDraft)
      : [{ role: 'grid_leader', code: '' }]
    trouble.value = ''
  }
  watch(before, take, { immediate: true })

  async function run(work: () => Promise<Account>) {
    if (busy.value) return
    busy.value = true
    trouble.value = ''
    try {
      const account = await work()
      await accounts.load()
      saved(account)
    } catch (cause) {
      const { code, message } = cause as { code?: string; message?: string }
      if (code === 'stale') await accounts.load()
      trouble.value = code === 'offline' ? t('state.offline') : message || t('state.error')
    } finally {
      busy.value = false
    }
  }
  const shown = (made: AccountSecret) => {
    secret.value = made
    return made.account
  }
  const save = () =>
    run(async () => {
      const now = before()
      const body = {
        name: name.value.trim(),
        subject: subject.value.trim(),
        unit: unit.value.trim(),
        grants: grants.value,
      }
      if (!now) return shown(await openAccount({ ...body, login: login.value.trim() }))
      // What did not change is not sent: an administrator of a part may not touch the whole.
      const { subject: id, unit: works, ...rest } = body
      const account = await changeAccount(now.id, {
        ...rest,
        version: now.version,
        ...(id === now.subject ? {} : { subject: id }),
        ...(works === now.unit ? {} : { unit: works }),
      })
      say(t('account.saved'), 'good')
      return account
    })
  const enable = (on: boolean) =>
    run(() => changeAccount(before()!.id, { version: before()!.version, disabled: !on }))
  const reset = () => run(async () => shown(await resetPassword(before()!.id)))
  const clearTotp = () =>
    run(async () => {
      const account = await resetTotp(before()!.id)
      say(t('account.cleared'), 'good')
      return account
    })
  return { login, name, subject, unit, grants, secret, trouble, busy, save, enable, reset, clearTotp }
}
