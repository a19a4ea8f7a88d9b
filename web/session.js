// SPDX-License-Identifier: EUPL-1.2
// One WHIP (RFC 9725) or WHEP session that stays: offer, answer, watch that media really flows, and again for ever.
// Not for use by itself: whep.js and whip.js say what is offered and what counts as progress.
//
//   stopped --start()--> connecting --media flows--> connected --silence, failure--> lost --retry--> connected ...
//
// Events: "state" (.state, .refusal or .isBlocked changed), "peer" (.peer is a new connection), "stats" (.stats is fresh).
import { Retry, wakes } from "./retry.js";

const request_ms = 8000; // the most a POST may take
const begin_ms = 8000; // from the answer to the first media
const disconnected_ms = 2000; // ICE may find back by itself for so long
const doubt_ms = 1500; // how long media may pause after somebody has doubted the connection
const look_ms = 500;
const refused_ms = 10000; // a server that is full or refuses is not asked more often

// The server answered, and said no. `.status` is HTTP's; the message is the server's.
export class Refusal extends Error {
	constructor(status, answer) {
		super(answer?.error?.message ?? `HTTP ${status}`);
		this.status = status;
	}
}

export class Session extends EventTarget {
	state = "stopped";
	refusal = null; // of the last attempt, null if it was not refused
	isBlocked = false; // the last attempt was answered, but nothing came through: a network without UDP
	peer = null;
	stats = null;
	#url;
	#token;
	#patience_ms;
	#life = null; // AbortController, from start() to stop()
	#end = null; // AbortController of the present connection
	#location = null; // the session's, to be deleted
	#deadline_ms = 0; // media must have flowed until then
	#progress = 0;
	#isLooking = false;
	#retry = new Retry(300, 5000);

	// `patience_ms`: how long media may pause before the connection is replaced.
	constructor(url, { token, patience_ms = 3000 } = {}) {
		super();
		this.#url = url;
		this.#token = token;
		this.#patience_ms = patience_ms;
	}

	// Subclasses: adds transceivers to a new connection.
	prepare(peer) {}

	// Subclasses: may return a better offer than the browser's.
	rewrite(sdp) {
		return sdp;
	}

	// Subclasses: may keep an ended connection open for a while.
	retire(peer) {
		peer.close();
	}

	// Subclasses: a number over 0 that changes as long as media flows.
	progress(stats) {
		return 0;
	}

	start() {
		if (this.#life) return;
		this.#life = new AbortController();
		const { signal } = this.#life;
		wakes(() => this.doubt(), signal);
		// A page that the browser's cache brings back finds its connection ended, and makes a new one.
		window.addEventListener("pagehide", () => this.#leave(), { signal });
		this.#run(signal);
	}

	stop() {
		this.#life?.abort();
		this.#life = null;
		this.#leave();
		this.#become("stopped");
	}

	// Replaces the present connection.
	restart() {
		this.#end?.abort();
	}

	// There is reason to think that the connection is dead: media must flow very soon.
	doubt() {
		if (this.state === "connected") this.#deadline_ms = Math.min(this.#deadline_ms, performance.now() + doubt_ms);
	}

	// Looks now whether media flows, not only at the next tick.
	async look() {
		const { peer } = this;
		if (!peer || this.#isLooking) return;
		this.#isLooking = true;
		const stats = await peer.getStats().catch(() => null);
		this.#isLooking = false;
		if (stats && peer === this.peer) this.#judge(stats);
	}

	#judge(stats) {
		const progress = this.progress(stats);
		const now_ms = performance.now();
		this.stats = stats;
		if (progress > 0 && progress !== this.#progress) {
			this.#progress = progress;
			this.#deadline_ms = now_ms + this.#patience_ms;
			this.#retry.reset();
			this.#become("connected");
		} else if (now_ms > this.#deadline_ms) {
			this.restart();
		}
		this.dispatchEvent(new Event("stats"));
	}

	async #run(life) {
		this.#become("connecting");
		while (!life.aborted) {
			const refusal = await this.#connect().catch((error) => (error instanceof Refusal ? error : null));
			if (life.aborted) return;
			this.#leave();
			this.#become(this.state === "connecting" ? "connecting" : "lost", refusal ?? null);
			await this.#retry.pause(life, refusal ? refused_ms : 0);
		}
	}

	// One connection, from its offer to its end.
	async #connect() {
		const end = (this.#end = new AbortController());
		const peer = (this.peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" }));
		this.#progress = 0;
		this.prepare(peer);
		this.dispatchEvent(new Event("peer"));
		await this.#offer(peer);
		const sdp = await this.#post(peer.localDescription.sdp, end);
		await peer.setRemoteDescription({ type: "answer", sdp });
		let isThrough = false;
		peer.addEventListener("connectionstatechange", () => (isThrough ||= peer.connectionState === "connected"));
		this.#deadline_ms = performance.now() + begin_ms;
		this.#follow(peer, end);
		const watch = setInterval(() => this.look(), look_ms);
		await aborted(end.signal);
		clearInterval(watch);
		this.#block(!isThrough && this.peer === peer);
	}

	#block(isBlocked) {
		if (isBlocked === this.isBlocked) return;
		this.isBlocked = isBlocked;
		this.dispatchEvent(new Event("state"));
	}

	// The server is ICE-lite and learns our address from our checks: the offer goes out without candidates, at once.
	async #offer(peer) {
		const offer = await peer.createOffer();
		const better = { type: "offer", sdp: this.rewrite(offer.sdp) };
		await peer.setLocalDescription(better).catch(() => peer.setLocalDescription(offer));
	}

	async #post(body, end) {
		const timer = setTimeout(() => end.abort(), request_ms);
		const headers = { "Content-Type": "application/sdp", ...this.#authorization() };
		const response = await fetch(this.#url, { method: "POST", headers, body, cache: "no-store", signal: end.signal });
		const location = response.headers.get("Location");
		if (response.ok && location) this.#location = new URL(location, response.url);
		if (!response.ok) throw new Refusal(response.status, await response.json().catch(() => null));
		const sdp = await response.text();
		clearTimeout(timer);
		return sdp;
	}

	#follow(peer, end) {
		let timer;
		const hear = () => {
			clearTimeout(timer);
			const { connectionState: state } = peer;
			if (state === "failed" || state === "closed") end.abort();
			if (state === "disconnected") timer = setTimeout(() => end.abort(), disconnected_ms);
			if (state === "connected") {
				this.#deadline_ms = performance.now() + this.#patience_ms;
				this.#block(false);
			}
			this.look();
		};
		peer.addEventListener("connectionstatechange", hear, { signal: end.signal });
	}

	#leave() {
		const { peer } = this;
		this.#end?.abort();
		this.peer = null;
		if (peer) this.retire(peer);
		if (!this.#location) return;
		fetch(this.#location, { method: "DELETE", headers: this.#authorization(), keepalive: true }).catch(() => {});
		this.#location = null;
	}

	#authorization() {
		return this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
	}

	#become(state, refusal = null) {
		if (state === this.state && refusal?.message === this.refusal?.message) return;
		this.state = state;
		this.refusal = refusal;
		this.dispatchEvent(new Event("state"));
	}
}

function aborted(signal) {
	return new Promise((done) => (signal.aborted ? done() : signal.addEventListener("abort", done, { once: true })));
}
