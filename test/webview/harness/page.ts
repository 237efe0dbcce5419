import { installFakeHost } from './fakeHost';

installFakeHost(new URLSearchParams(location.search).get('scenario') ?? 'rosenbrock');
