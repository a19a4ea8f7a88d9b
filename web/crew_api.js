// SPDX-License-Identifier: EUPL-1.2
// The crew's commands from a page: POST /v1/noun/verb with the token, and the show's state as it is read again and again.

// What a command was refused with: .status (HTTP), .code (errors.def) and a sentence.
export class Refusal extends Error {
	constructor(status, error) {
		super(error?.message ?? `the server answered ${status}`);
		this.status = status;
		this.code = error?.code ?? "";
	}
}

const every_ms = 700;

// Events: "status" (.status is new), "lost" (no answer; it goes on asking).
export class CrewApi extends EventTarget {
	status = null;
	#token;
	#timer;
	#asked = 0;

	constructor(token) {
		super();
		this.#token = token;
	}

	async call(path, values = {}) {
		const response = await fetch(`/v1/${path}`, {
			method: "POST",
			headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
			body: JSON.stringify(values),
		});
		const answer = await response.json().catch(() => ({}));
		if (!response.ok) throw new Refusal(response.status, answer.error);
		return answer;
	}

	// The table: each command's path, summary and fields, as /v1/openapi.json has them.
	async table() {
		const { paths } = await (await fetch("/v1/openapi.json")).json();
		const rows = Object.entries(paths).filter(([path, { post }]) => path.startsWith("/v1/") && post);
		return new Map(rows.map(([path, { post }]) => [path.slice("/v1/".length), row(post)]));
	}

	stop() {
		this.#asked++;
		clearTimeout(this.#timer);
	}

	// Reads the state now, and from then on by itself. Only the newest answer counts.
	async look() {
		const asked = ++this.#asked;
		clearTimeout(this.#timer);
		try {
			const status = await this.call("status");
			if (asked !== this.#asked) return;
			this.status = status;
			this.dispatchEvent(new Event("status"));
		} catch {
			if (asked === this.#asked) this.dispatchEvent(new Event("lost"));
		}
		if (asked === this.#asked) this.#timer = setTimeout(() => this.look(), document.hidden ? 5 * every_ms : every_ms);
	}
}

function row({ summary, description, requestBody }) {
	const schema = requestBody?.content?.["application/json"]?.schema ?? {};
	const needed = new Set(schema.required ?? []);
	const fields = Object.entries(schema.properties ?? {}).map(([name, property]) => ({ name, is_needed: needed.has(name), ...property }));
	return { summary, description, fields };
}
