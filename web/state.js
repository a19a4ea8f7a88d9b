// SPDX-License-Identifier: EUPL-1.2
// What the server says of the show, as it changes: a WebSocket that comes back by itself.
// Events: "state" (.state is the server's last message), "up" and "down" (the connection), "invalid" (the server does not know
// the token, any more; it is asked again, seldom).
import { Retry, wakes } from "./retry.js";

const bad_token = 4401;
const bad_token_ms = 15000;
const open_ms = 8000;

export class StateSocket extends EventTarget {
	state = null;
	#retry = new Retry(500, 5000);
	#never = new AbortController().signal;

	constructor(path) {
		super();
		const url = new URL(path, location.href);
		url.protocol = url.protocol.replace("http", "ws");
		this.#run(url);
	}

	async #run(url) {
		for (;;) {
			const code = await this.#follow(url);
			this.dispatchEvent(new Event(code === bad_token ? "invalid" : "down"));
			await this.#retry.pause(this.#never, code === bad_token ? bad_token_ms : 0);
		}
	}

	// One connection; resolves with its close code.
	#follow(url) {
		return new Promise((done) => {
			const socket = new WebSocket(url);
			const over = new AbortController();
			const end = ({ code }) => {
				clearTimeout(slow);
				over.abort();
				socket.close();
				done(code);
			};
			const slow = setTimeout(() => end({}), open_ms);
			// A network that was away takes the connection with it, and nobody says so.
			wakes((why) => why === "online" && end({}), over.signal);
			socket.addEventListener("open", () => clearTimeout(slow) ?? this.dispatchEvent(new Event("up")));
			socket.addEventListener("message", ({ data }) => this.#hear(data), { signal: over.signal });
			socket.addEventListener("close", end, { signal: over.signal });
		});
	}

	#hear(data) {
		this.#retry.reset();
		try {
			this.state = JSON.parse(data);
		} catch {
			return;
		}
		this.dispatchEvent(new Event("state"));
	}
}
