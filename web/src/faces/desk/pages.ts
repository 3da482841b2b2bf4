import { registers, works, type RegisterPage } from '@/features/registers/registers'
import { holds } from '@/store/session'
import type { TextKey } from '@/ui/text'

/** A page of the desk; `register` is the list it shows, absent for pages of their own. */
export interface DeskPage {
  name: string
  title: TextKey
  register?: RegisterPage
}

/** Those an incident passes through on its way. */
const fieldWork = ['grid_leader', 'grid_staff', 'secretary', 'intake', 'dispatcher', 'duty_head', 'handler']

const may = ({ roles }: { roles?: readonly string[] }) => !roles || holds(...roles)
const asPages = (lists: readonly RegisterPage[]): DeskPage[] =>
  lists.filter(may).map((register) => ({ name: register.name, title: register.title, register }))

/** The navigation, by heading: only what the person may use. */
export function navigation(): { title: TextKey; pages: DeskPage[] }[] {
  const imports = holds('party_office', 'planner', 'admin')
    ? [{ name: 'import', title: 'desk.import' as const }]
    : []
  const jobs = holds('secretary', 'party_office', 'planner', 'duty_head', 'admin')
    ? [{ name: 'jobs', title: 'desk.jobs' as const }]
    : []
  const doctor = holds('secretary', 'planner', 'party_office', 'admin')
    ? [{ name: 'doctor', title: 'desk.doctor' as const }]
    : []
  const classes = holds(...fieldWork, 'admin') ? [{ name: 'classes', title: 'classes.title' as const }] : []
  const teams = holds(...fieldWork, 'admin') ? [{ name: 'teams-duty', title: 'desk.teams' as const }] : []
  const outward = holds('grid_leader', 'secretary', 'intake', 'duty_head', 'admin')
    ? [{ name: 'signs', title: 'signs.title' as const }]
    : []
  const hotline = holds('intake', 'duty_head', 'dispatcher', 'secretary')
    ? [{ name: 'hotline', title: 'hotline.title' as const }]
    : []
  const phrases = holds(...fieldWork) ? [{ name: 'phrases', title: 'phrases.title' as const }] : []
  const boards = holds(...fieldWork) ? [{ name: 'board', title: 'board.title' as const }] : []
  const visits = [
    ...(holds('secretary', 'grid_leader', 'grid_staff')
      ? [{ name: 'matters', title: 'matter.title' as const }]
      : []),
    ...(holds('secretary', 'grid_leader', 'grid_staff', 'duty_head', 'party_office', 'admin')
      ? [{ name: 'campaigns', title: 'campaign.title' as const }]
      : []),
    ...(holds('secretary', 'grid_leader', 'duty_head', 'party_office', 'admin')
      ? [{ name: 'coverage', title: 'coverage.title' as const }]
      : []),
  ]
  const dictionary = holds('secretary', 'planner', 'party_office', 'duty_head', 'admin')
    ? [{ name: 'dictionary', title: 'desk.dictionary' as const }]
    : []
  return [
    {
      title: 'desk.work' as const,
      pages: [
        { name: '', title: 'desk.map' as const },
        ...boards,
        ...visits,
        ...teams,
        ...asPages(works),
        ...hotline,
        ...outward,
      ],
    },
    { title: 'desk.registers' as const, pages: asPages(registers) },
    {
      title: 'desk.admin' as const,
      pages: [
        ...imports,
        ...jobs,
        ...doctor,
        ...(holds('duty_head', 'admin') ? [{ name: 'screens', title: 'desk.screens' as const }] : []),
        ...(holds('admin')
          ? [
              { name: 'accounts', title: 'account.title' as const },
              { name: 'audit', title: 'audit.title' as const },
              { name: 'outward', title: 'outward.title' as const },
            ]
          : []),
        ...dictionary,
        ...classes,
        ...phrases,
        ...(classes.length ? [{ name: 'calendar', title: 'calendar.title' as const }] : []),
        { name: 'me', title: 'desk.me' as const },
      ],
    },
  ]
}
