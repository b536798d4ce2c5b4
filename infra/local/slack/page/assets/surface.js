// A surface is a message, a modal or the home tab: what is chosen in it, and how the app is told.

import { act, trouble } from './api.js';
import { confirmed } from './dialog.js';
import { toast } from './toast.js';
import { typedText } from './richtext.js';
import { channelName, nameOf } from './store.js';

/** A Choice is {value, label}: what is picked as the API takes it, and in words. */

export class Surface {
  /**
   * id is a message's ts, a view's id or "home"; kind is "message", "modal" or "home"; redraw shows the surface anew, as after
   * a choice that was taken back.
   */
  constructor(id, kind, redraw) {
    Object.assign(this, { id, kind, redraw, state: {}, errors: {}, drafts: new Map() });
  }

  slot(block, element) {
    return new Slot(this, block, element);
  }

  /** settle forgets what the app has been told, or no longer offers, when it shows the surface anew. */
  settle(blocks) {
    const inputs = new Map(blocks.filter((b) => b.type === 'input').map((b) => [this.slot(b, b.element).key, b.element]));
    for (const [key, chosen] of this.drafts) {
      const e = inputs.get(key);
      const offered = e?.options ?? e?.option_groups?.flatMap((g) => g.options);
      if (!e || (offered && !chosen.every((c) => offered.some((o) => o.value === c.value)))) this.drafts.delete(key);
    }
  }

  /** values is what stands in the input blocks, as POST /api/submit takes it. */
  values(blocks) {
    const all = {};
    for (const block of blocks) {
      if (block.type !== 'input') continue;
      all[block.block_id] = { [block.element.action_id]: this.slot(block, block.element).chosen.map((c) => c.value) };
    }
    return all;
  }
}

/** Slot is where an element stands. */
class Slot {
  constructor(surface, block, element) {
    Object.assign(this, { surface, block, element, key: `${block.block_id} ${element.action_id}` });
  }

  /** input says that the element reports nothing before it is submitted, unless its block dispatches. */
  get input() {
    return this.block.type === 'input';
  }

  get at() {
    return { surface: this.surface.id, block_id: this.block.block_id, action_id: this.element.action_id };
  }

  /** chosen is the choices that stand in the element: those just made, else those that the app was told. */
  get chosen() {
    return this.surface.drafts.get(this.key) ?? choices(this.surface.state[this.block.block_id]?.[this.element.action_id]);
  }

  /** draft keeps choices until they are submitted. */
  draft(chosen) {
    this.surface.drafts.set(this.key, chosen);
  }

  /** choose keeps choices, and tells the app where it wants to hear of them. */
  choose(chosen, control) {
    this.draft(chosen);
    if (!this.input || this.block.dispatch_action) return this.report({ value: chosen.map((c) => c.value) }, control);
  }

  /** report tells the app of a click or a choice, after the confirmation that the element asks for. */
  async report(picked, control) {
    if (control?.getAttribute('aria-busy') === 'true') return;
    if (this.element.confirm && !(await confirmed(this.element.confirm))) {
      if (this.surface.drafts.delete(this.key)) this.surface.redraw();
      return;
    }
    control?.setAttribute('aria-busy', 'true');
    const answer = await act('click', { ...this.at, ...picked });
    control?.removeAttribute('aria-busy');
    control?.classList.toggle('failed', !answer.ok);
    if (answer.url) openTab(answer.url);
    if (!answer.ok) toast({ title: 'That did not work', text: trouble(answer), kind: 'warning' });
  }
}

/** openTab opens a link of the app's, one to its home tab (slack://app?…&tab=home) in the page itself; where the browser no longer lets it, as the click is too long ago, the link is offered. */
function openTab(url) {
  if (/^slack:\/\/app\?.*\btab=home\b/.test(url)) dispatchEvent(new Event('home'));
  if (!/^https?:/i.test(url)) return;
  if (navigator.userActivation?.isActive === false) toast({ title: 'Open the link', text: new URL(url).host, href: url });
  else window.open(url, '_blank', 'noopener');
}

/** choices reads an element's state, as state.values has it. */
function choices(state) {
  if (!state) return [];
  const option = (o) => ({ value: o.value, label: o.text.text });
  const named = (name) => (id) => ({ value: id, label: name(id) });
  const one = (value, show) => (value === null || value === undefined || value === '' ? [] : [show(value)]);
  const text = (value) => ({ value: String(value), label: String(value) });
  const read = {
    selected_option: (v) => one(v, option),
    selected_options: (v) => v.map(option),
    selected_user: (v) => one(v, named(nameOf)),
    selected_users: (v) => v.map(named(nameOf)),
    selected_channel: (v) => one(v, named(channelName)),
    selected_channels: (v) => v.map(named(channelName)),
    selected_conversation: (v) => one(v, named(channelName)),
    selected_conversations: (v) => v.map(named(channelName)),
    selected_date: (v) => one(v, text),
    selected_time: (v) => one(v, text),
    selected_date_time: (v) => one(v, text),
    rich_text_value: (v) => one(typedText(v), text),
    value: (v) => one(v, text),
  };
  const member = Object.keys(read).find((name) => name in state);
  return member ? read[member](state[member]) : [];
}
