// SPDX-License-Identifier: EUPL-1.2
// A terminal to type into and to read: tmux, with a server of its own, so that nothing of the tester's own sessions is touched.
import { execFileSync } from "node:child_process";
import { until } from "./stage.mjs";

let last = 0;

export class Terminal {
	// Runs `words` in a terminal of this size; `env` is what the program finds beside the tester's own.
	constructor(words, { width = 80, height = 24, env = {} } = {}) {
		this.server = `twinstage-${process.pid}-${++last}`;
		// tmux gives its own environment to the program (PATH it would not take from its -e).
		this.env = { ...process.env, LANG: "C.UTF-8", LC_ALL: "C.UTF-8", ...env };
		this.tmux("-f", "/dev/null", "new-session", "-d", "-x", `${width}`, "-y", `${height}`, ...words);
		this.tmux("set-option", "-g", "status", "off");
		this.tmux("set-option", "-g", "remain-on-exit", "on");
	}

	tmux(...words) {
		return execFileSync("tmux", ["-u", "-L", this.server, ...words], {
			encoding: "utf8",
			env: this.env,
			stdio: ["ignore", "pipe", "pipe"],
		});
	}

	// Letters as they are.
	type(text) {
		this.tmux("send-keys", "-l", "--", text);
	}

	// Keys by tmux's names: "Enter", "Tab", "Up", "C-c".
	press(...keys) {
		this.tmux("send-keys", ...keys);
	}

	enter(line) {
		this.type(line);
		this.press("Enter");
	}

	resize(width, height) {
		this.tmux("resize-window", "-x", `${width}`, "-y", `${height}`);
	}

	// What is on the screen now; with `escapes` its colours, too, as SGR sequences.
	screen({ escapes = false } = {}) {
		return this.tmux("capture-pane", "-p", ...(escapes ? ["-e"] : []));
	}

	// The same and all that has scrolled away, long lines whole.
	everything() {
		return this.tmux("capture-pane", "-p", "-J", "-S", "-");
	}

	// Waits until the screen matches and returns it.
	shows(pattern, seconds = 15) {
		return until(
			`the terminal to show ${pattern}`,
			() => {
				const screen = this.screen();
				if (!pattern.test(screen)) throw new Error(`it shows:\n${screen}`);
				return screen;
			},
			seconds,
		);
	}

	// Waits until the program has ended. How it ended tmux does not always know: it may see the terminal close first.
	ended(seconds = 15) {
		return until("the program to end", () => this.tmux("list-panes", "-F", "#{pane_dead}").trim() === "1", seconds);
	}

	end() {
		try {
			this.tmux("kill-server");
		} catch {
			// It has ended by itself.
		}
	}
}
