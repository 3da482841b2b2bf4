import { onBeforeUnmount } from 'vue'
import type { Draft } from '@/features/plans/useDraft'
import { KEYS, LINES, SIZES, TOOLS } from './tools'
import type { Tools } from './useTools'

const WRITES = 'input:not([type=checkbox]), textarea, select, dialog, [contenteditable]'

/** The keys of the editor: a letter takes a tool, brackets size the brush, Ctrl+Z and Ctrl+Y undo and redo, Enter and Escape end. */
export function useKeys(draft: Draft, tools: Tools, abandon: () => void) {
  function undo(event: KeyboardEvent): boolean {
    const key = event.key.toLowerCase()
    if (!(event.ctrlKey || event.metaKey) || !['z', 'y'].includes(key)) return false
    void draft.make({ kind: key === 'y' || event.shiftKey ? 'redo' : 'undo' })
    return true
  }
  function take(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false
    const wanted = TOOLS.find((tool) => KEYS[tool] === event.key.toUpperCase())
    if (wanted && tools.usable(wanted)) tools.tool.value = wanted
    else if (event.key === '[') tools.size.value = Math.max(0, tools.size.value - 1)
    else if (event.key === ']') tools.size.value = Math.min(SIZES.length - 1, tools.size.value + 1)
    else if (event.key === 'Escape') abandonAll()
    else if (event.key === 'Enter' && LINES.includes(tools.tool.value)) enter()
    else return false
    return true
  }
  function enter() {
    if (tools.tool.value === 'cut') void tools.makeCut()
    else void (tools.split.value.preview ? tools.makeSplit() : tools.previewSplit())
  }
  function abandonAll() {
    abandon()
    tools.cancel()
  }
  function key(event: KeyboardEvent) {
    if ((event.target as HTMLElement).closest?.(WRITES)) return
    if (undo(event) || take(event)) event.preventDefault()
  }
  addEventListener('keydown', key)
  onBeforeUnmount(() => removeEventListener('keydown', key))
}
