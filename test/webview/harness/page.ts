import { installFakeHost } from './fakeHost';
import { installNetworkHost, networkFiles } from './networkHost';

const scenario = new URLSearchParams(location.search).get('scenario') ?? 'rosenbrock';
if (scenario in networkFiles) installNetworkHost(scenario);
else installFakeHost(scenario);
