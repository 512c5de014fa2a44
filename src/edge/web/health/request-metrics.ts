// How many requests, how they ended and how long they took, by route pattern: few label values, whatever is asked (A11).
import { Counter, Histogram, type Registry } from 'prom-client';

interface Measure {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

const knownMethods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE']);

/** Registers the request metrics; answers the function that the web server calls for each answered request. */
export function requestMetrics(registry: Registry): (measure: Measure) => void {
  const seconds = new Histogram({
    name: 'tillit_http_request_seconds',
    help: 'Time from the request line to the answer, by route pattern.',
    labelNames: ['route', 'method'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  const answers = new Counter({
    name: 'tillit_http_answers_total',
    help: 'Answers, by route pattern and class of status.',
    labelNames: ['route', 'method', 'class'],
    registers: [registry],
  });
  // The children are looked up once: hashing labels would cost more than counting.
  const timers = new Map<string, { observe(value: number): void }>();
  const counters = new Map<string, { inc(): void }>();
  return ({ route, method: asked, status, seconds: took }) => {
    const method = knownMethods.has(asked) ? asked : 'other';
    const series = `${method} ${route}`;
    let timer = timers.get(series);
    if (!timer) {
      timer = seconds.labels(route, method);
      timers.set(series, timer);
    }
    timer.observe(took);
    const statusClass = `${Math.floor(status / 100)}xx`;
    const answered = `${statusClass} ${series}`;
    let counter = counters.get(answered);
    if (!counter) {
      counter = answers.labels(route, method, statusClass);
      counters.set(answered, counter);
    }
    counter.inc();
  };
}
