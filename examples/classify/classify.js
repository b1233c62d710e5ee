// Which language is a text in? By what groups of three letters it has, compared with those of the
// first article of the Universal Declaration of Human Rights. The profiles are made when the image
// is built: a call finds them ready.
const article = {
  de: "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen.",
  en: "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood.",
  es: "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y conciencia, deben comportarse fraternalmente los unos con los otros.",
  fr: "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité.",
  it: "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione e di coscienza e devono agire gli uni verso gli altri in spirito di fratellanza.",
};

const profileOf = (text) => {
  const letters = ` ${text.toLowerCase().replace(/[^\p{L}]+/gu, " ").trim()} `;
  const counts = new Map();

  for (let i = 0; i + 3 <= letters.length; i++) {
    const group = letters.slice(i, i + 3);

    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  const length = Math.hypot(...counts.values());

  return new Map([...counts].map(([group, count]) => [group, count / length]));
};

const profiles = Object.entries(article).map(([name, text]) => [name, profileOf(text)]);

const likeness = (a, b) => [...a].reduce((sum, [group, share]) => sum + share * (b.get(group) ?? 0), 0);

export default (text) => {
  const profile = profileOf(text);
  const likely = profiles
    .map(([language, known]) => ({ language, score: Number(likeness(profile, known).toFixed(3)) }))
    .sort((a, b) => b.score - a.score);

  return { language: likely[0].language, likely };
};
