// Routing: what would happen to a request, and the groups with their order, weights and fallbacks.
import { PageHead } from '../../ui/PageHead.tsx';
import { addressOf } from '../../app/location.ts';
import { GroupList } from './GroupList.tsx';
import { Link } from '../../ui/Link.tsx';
import { routingStrings } from './routing-strings.ts';
import { WhatWouldHappen } from './WhatWouldHappen.tsx';

/** See the top of the file. */
export default function RoutingPage() {
  const strings = routingStrings.use();
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="routing" about={strings.about}>
        <Link className="button" href={addressOf('/configuration', { q: 'router_settings' })}>{strings.settings}</Link>
      </PageHead>
      <WhatWouldHappen />
      <GroupList />
    </main>
  );
}
