// SPDX-License-Identifier: EUPL-1.2
// Elements, made and kept up to date without a library.

// make("button", { class: "primary", onclick }, "Take", icon): attributes, listeners (on..), and children as nodes or text.
export function make(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
		else if (value === true) element.setAttribute(name, "");
		else if (value !== false && value != null) element.setAttribute(name, value);
	}
	element.append(...children.filter((child) => child != null));
	return element;
}

// Keeps one child for each item, in their order: made once (`create(item)`), then only changed (`update(child, item)`), so that
// nothing loses its focus because something else came or went.
export function keep(parent, items, keyOf, create, update) {
	const kept = (parent.kept ??= new Map());
	const keys = new Set(items.map(keyOf));
	for (const [key, child] of kept)
		if (!keys.has(key)) {
			child.remove();
			kept.delete(key);
		}
	items.forEach((item, index) => {
		const key = keyOf(item);
		if (!kept.has(key)) kept.set(key, create(item));
		const child = kept.get(key);
		if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
		update(child, item);
	});
}

// Writes only what differs: a screen reader is not told the same again.
export function write(element, text) {
	if (element.textContent !== text) element.textContent = text;
}
