// SPDX-License-Identifier: EUPL-1.2
// The pauses between attempts: the first is short, each next one twice as long, with jitter, so that a thousand pages that lost
// the same server do not come back in the same moment. A pause ends early when there is reason to hope (wakes()).

const wake_events = [
	[window, "online"],
	[document, "visibilitychange"],
];

// Calls `hear` whenever the network is back or the page is looked at again.
export function wakes(hear, signal) {
	for (const [target, name] of wake_events)
		target.addEventListener(name, () => document.visibilityState === "visible" && hear(name), { signal });
}

export class Retry {
	#first_ms;
	#most_ms;
	#next_ms;

	constructor(first_ms, most_ms) {
		this.#first_ms = this.#next_ms = first_ms;
		this.#most_ms = most_ms;
	}

	// After a success: the next pause is the short one again.
	reset() {
		this.#next_ms = this.#first_ms;
	}

	// Resolves after the next pause, but not before `least_ms`; at once when `signal` aborts.
	pause(signal, least_ms = 0) {
		const wanted_ms = Math.max(this.#next_ms, least_ms) * (0.8 + 0.4 * Math.random());
		this.#next_ms = Math.min(this.#next_ms * 2, this.#most_ms);
		if (signal.aborted) return Promise.resolve();
		return new Promise((done) => {
			const over = new AbortController();
			const end = () => {
				clearTimeout(timer);
				over.abort();
				done();
			};
			const timer = setTimeout(end, wanted_ms);
			signal.addEventListener("abort", end, { signal: over.signal });
			if (!least_ms) wakes(end, over.signal);
		});
	}
}
