import { onScopeDispose } from 'vue'

/**
 * While the browser prints, the open dialog of sheets stands in the flow of the
 * page: in the top layer it would be one box, cut at its upper edge and all on
 * paper of one shape.
 */
export function usePrinting(): void {
  const dialog = () => document.querySelector<HTMLDialogElement>('dialog.plan-sheets[open]')
  const before = () => {
    const one = dialog()
    one?.close()
    one?.show()
  }
  const after = () => {
    const one = dialog()
    one?.close()
    one?.showModal()
  }
  addEventListener('beforeprint', before)
  addEventListener('afterprint', after)
  onScopeDispose(() => {
    removeEventListener('beforeprint', before)
    removeEventListener('afterprint', after)
  })
}
