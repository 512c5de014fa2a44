// Words that people in our countries make passwords of; with a year or an exclamation mark they are still these words.

const words = `
  password passord passordet losenord losenordet lösenord lösenordet wachtwoord hemligt hemlig hemmelig hemmeligt geheim secret
  welcome välkommen valkommen velkommen welkom hello hallo hallå hejsan heisann goddag goeiedag inloggning innlogging inloggen login logon
  admin administrator administratör beheerder gebruiker bruker användare anvandare user guest gäst gjest gast test testing prova prøve proberen
  qwerty qwertyuiop asdfgh asdfghjkl zxcvbnm qazwsx azerty letmein changeme default standard temp temporary tillfällig midlertidig tijdelijk
  spring summer autumn winter vår sommar sommer höst høst vinter lente zomer herfst våren sommaren sommeren hösten høsten vintern vinteren
  january february march april june july august september october november december
  januari februari mars maj juni juli augusti oktober januar februar mai august oktober desember maart mei augustus
  monday tuesday wednesday thursday friday saturday sunday måndag tisdag onsdag torsdag fredag lördag söndag mandag lørdag søndag
  maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
  hospital sjukhus sjukhuset sykehus sykehuset sjukehus ziekenhuis vårdcentral vardcentral legekontor helse hälsa halsa gezondheid health
  doctor läkare lakare lege legen arts dokter nurse sjuksköterska sjukskoterska sykepleier sjukepleiar verpleegkundige zuster patient pasient
  journal journalen dossier akutten akuten legevakt medisin medicin medicijn apotek apotheek tannlege tandläkare tandarts
  love kärlek karlek kjærlighet liefde älskling alskling skatt elskling schatje hjärta hjerte hartje family familj familie mamma pappa mama papa
  sweden sverige norway norge noreg netherlands nederland holland denmark danmark finland stockholm göteborg goteborg malmö malmo uppsala
  oslo bergen trondheim stavanger amsterdam rotterdam utrecht eindhoven groningen
  football fotball fotboll voetbal liverpool arsenal chelsea brann rosenborg vålerenga hammarby djurgården aik ajax feyenoord psv manchester
  sunshine solsken solskinn zonneschijn princess prinsessa prinsesse prinses monkey apan hund hunden katt katten hond kat hest hästen paard
  dragon drage drake draak flower blomma blomst bloem chocolate choklad sjokolade chocolade pannkaka pannekoek kaffe koffie coffee
  computer dator datamaskin windows internet telefon mobil laptop keyboard tastatur tangentbord toetsenbord microsoft google facebook
  master superman batman pokemon starwars harrypotter iloveyou jegelskerdeg jagälskardig ikhouvanjou hejhej heihei hoihoi
  fiskebolle kanelbulle stroopwafel fredagsmys dugnad friluftsliv gezellig koselig mysigt julafton julaften kerstmis christmas jul
`;

export const commonWords: ReadonlySet<string> = new Set(words.split(/\s+/).filter((word) => word !== ''));
