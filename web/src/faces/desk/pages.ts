import type { Component } from 'vue'
import type { RegisterPage } from '@/features/registers/page'
import { registers } from '@/features/registers/registers'
import { works } from '@/features/registers/works'
import { holds } from '@/store/session'
import { lazyPage } from '@/ui/lazyPage'
import type { TextKey } from '@/ui/text'

/** A page of the desk; `register` is the list it shows, `view` a page of its own. The map has neither. */
export interface DeskPage {
  name: string
  title: TextKey
  register?: RegisterPage
  view?: Component
}

/** Those an incident passes through on its way. */
const fieldWork = ['grid_leader', 'grid_staff', 'secretary', 'intake', 'dispatcher', 'duty_head', 'handler']
const staff = [...fieldWork, 'planner', 'party_office', 'admin']
const visitors = ['secretary', 'grid_leader', 'grid_staff']

type Row = [
  name: string,
  title: TextKey,
  roles: readonly string[],
  load: () => Promise<{ default: Component }>,
]

// A page comes when it is opened: nobody uses all of them. Who may is the server's to say; this is what is offered.
const asPage = ([name, title, , load]: Row): DeskPage => ({ name, title, view: lazyPage(load) })
const rows = (list: readonly Row[]) => {
  const pages = list.map((row) => ({ roles: row[2], page: asPage(row) }))
  return () => pages.filter(({ roles }) => holds(...roles)).map(({ page }) => page)
}
const lists = (of: readonly RegisterPage[]): DeskPage[] =>
  of
    .filter(({ roles }) => !roles || holds(...roles))
    .map((register) => ({ name: register.name, title: register.title, register }))

const daily = rows([
  ['board', 'board.title', fieldWork, () => import('./BoardPage.vue')],
  ['matters', 'matter.title', visitors, () => import('./MattersPage.vue')],
  [
    'campaigns',
    'campaign.title',
    [...visitors, 'duty_head', 'party_office', 'admin'],
    () => import('@/features/visits/CampaignsPage.vue'),
  ],
  [
    'coverage',
    'coverage.title',
    ['secretary', 'grid_leader', 'duty_head', 'party_office', 'admin'],
    () => import('@/features/visits/CoveragePage.vue'),
  ],
  ['border-plans', 'townBorder.page', ['secretary'], () => import('@/features/borders/BorderPlansPage.vue')],
  ['teams-duty', 'desk.teams', [...fieldWork, 'admin'], () => import('./TeamsPage.vue')],
])

const looking = rows([['past', 'past.title', staff, () => import('./PastPage.vue')]])

const outside = rows([
  [
    'hotline',
    'hotline.title',
    ['intake', 'duty_head', 'dispatcher', 'secretary'],
    () => import('./OrdersPage.vue'),
  ],
  [
    'signs',
    'signs.title',
    ['grid_leader', 'secretary', 'intake', 'duty_head', 'admin'],
    () => import('@/features/signs/SignsPage.vue'),
  ],
])

const keeping = rows([
  ['import', 'desk.import', ['party_office', 'planner', 'admin'], () => import('./FilesPage.vue')],
  [
    'jobs',
    'desk.jobs',
    ['secretary', 'party_office', 'planner', 'duty_head', 'admin'],
    () => import('@/features/jobs/JobsPage.vue'),
  ],
  [
    'doctor',
    'desk.doctor',
    ['secretary', 'planner', 'party_office', 'admin'],
    () => import('./DoctorPage.vue'),
  ],
  ['screens', 'desk.screens', ['duty_head', 'admin'], () => import('@/features/screens/ScreensPage.vue')],
  ['accounts', 'account.title', ['admin'], () => import('@/features/accounts/AccountsPage.vue')],
  ['audit', 'audit.title', ['admin'], () => import('@/features/audit/AuditPage.vue')],
  ['outward', 'outward.title', ['admin'], () => import('@/features/outward/OutwardPage.vue')],
  [
    'dictionary',
    'desk.dictionary',
    ['secretary', 'planner', 'party_office', 'duty_head', 'admin'],
    () => import('@/features/dictionary/DictionaryPage.vue'),
  ],
  ['classes', 'classes.title', [...fieldWork, 'admin'], () => import('@/features/incidents/ClassPage.vue')],
  ['phrases', 'phrases.title', fieldWork, () => import('@/features/incidents/PhrasePage.vue')],
  [
    'calendar',
    'calendar.title',
    [...fieldWork, 'admin'],
    () => import('@/features/calendar/CalendarPage.vue'),
  ],
])
const own = asPage(['me', 'desk.me', [], () => import('./MePage.vue')])

/** The navigation, by heading: only what the person may use. */
export function navigation(): { title: TextKey; pages: DeskPage[] }[] {
  return [
    {
      title: 'desk.work',
      pages: [{ name: '', title: 'desk.map' }, ...daily(), ...lists(works), ...outside()],
    },
    { title: 'desk.registers', pages: [...lists(registers), ...looking()] },
    { title: 'desk.admin', pages: [...keeping(), own] },
  ]
}
