"""Names as files of many countries have them, to be written in the encodings that those files come in. Invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """The encodings of a language, and its first names, last names, firms and places."""

    codecs: tuple[str, ...]
    first: list[str]
    last: list[str]
    other: list[str]


def _of(codecs: str, *lists: str) -> Language:
    first, last, other = ([word.strip() for word in words.split(",")] for words in lists)
    return Language(tuple(codecs.split()), first, last, other)


LANGUAGES = {
    "german": _of(
        "cp1252 mac_roman",
        "Jürgen, Günter, Käthe, Björn, Jörg, Sören, Anna, Peter, Thomas, Michael, Sabine, Ursula, Götz, "
        "Bärbel, Rüdiger, Uwe, Klaus, Jens, Vera, André, Désirée, Renée, Anaïs, Hans, Lütfiye, Zoë, Noël",
        "Müller, Schäfer, Weiß, Groß, Köhler, Krüger, Böhm, Jäger, Vogt, Schmidt, Meyer, Schröder, Lösch, "
        "Hübner, Pähler, Strauß, Büchner, Fröhlich, Großmann, Kühn, Möller, Heß, Thür, Bauer, Wolf, Lange, "
        "Grünwald, Süßmuth, Dörr, Höß",
        "Bäckerei Grün, Müller & Söhne GmbH, Straßenbau AG, Köln, München, Düsseldorf, Nürnberg, Zürich, "
        "Würzburg, Lübeck, Österreich, Berlin, Hamburg, Büro Nord, Gebäudetechnik GmbH, Größe XL, Überall "
        "GmbH, Café Weiß, Geschäftsführer, Prokuristin, Verkäufer",
    ),
    "french": _of(
        "cp1252 mac_roman",
        "François, Hélène, Chloé, Noël, Benoît, Zoé, Jérôme, Thérèse, Agnès, Gaël, Anaïs, Loïc, Aurélie, "
        "Stéphane, Frédéric, Cédric, Rémi, Éric, Édouard, Geneviève, Marie, Paul, Luc, Joël, Maël, Inès, "
        "Irène, Hervé, Mélanie, Océane, Gérard, Régine, Sébastien, Mickaël, Raphaël, Noémie, Léa, Théo, "
        "Adèle, Eugène",
        "Lefèvre, Gauthier, Müller, Bélanger, Côté, Légaré, Lévêque, Forêt, Maçon, Boucher, Dubois, Moreau, "
        "Hébert, Gagné, Béranger, Desrosiers, Bérubé, L'Écuyer, Crépin, Barré, Beaupré, Fougères, Rivière, "
        "Ménard, Leclère, D'Aragon, Guérin, Delâtre, Prévôt, Benaïssa, Château, Dupré, Mallarmé, Lemaître, "
        "Boulé, Père, Brûlé, Hamelin, Vallée, Bègue",
        "Société Générale, L’Oréal, Hôtel du Lac, Théâtre de Genève, Orléans, Besançon, Nîmes, Montréal, "
        "Québec, Sèvres, Angoulême, Saint-Étienne, Béziers, Le Crédit Agricole, Décathlon, Pâtisserie Noël, "
        "Bœuf & Cie, Île-de-France, Évry, Lycée Condé, Boulangerie, Directeur général, Ingénieur, Responsable "
        "du développement, Chargé d’affaires, Gérant, Créteil, Châteauroux, Mâcon, Périgueux, Sète, Vendée "
        "Globe, Crème Brûlée SARL, Où ça, À la carte, Pôle emploi, Région Rhône-Alpes, Entrepôt du Bâtiment, "
        "Café de Flore, Coût réel",
    ),
    "spanish": _of(
        "cp1252 mac_roman",
        "José, María, Jesús, Ángel, Íñigo, Begoña, Raúl, Andrés, Tomás, Iñaki, Sofía, Lucía, Óscar, Rubén, "
        "Mónica, Víctor, Martín, Elena, Carmen, Pablo, Nicolás, Hernán, Adrián, Toñi, Nuño, Verónica, "
        "Joaquín, Inés, Belén, Rocío, Ramón, César, Álvaro, Érica",
        "García, Martínez, Muñoz, Núñez, Ibáñez, Peña, Fernández, López, Pérez, Gómez, Sánchez, Ramírez, "
        "Ordóñez, Castañeda, Rodríguez, Gutiérrez, Domínguez, Zúñiga, Vázquez, Avilés, Cortés, Ruiz, Torres, "
        "Navarro, Peñalver, Cañizares, Briceño, Quiñones, Marañón, Yáñez, Patiño, Carreño, Mañas, Acuña, "
        "Argüelles, Güell, Piñeiro, Niño, Viñas, Treviño",
        "Compañía Española, Málaga, Córdoba, Cádiz, León, A Coruña, Logroño, España, México, Perú, Bogotá, "
        "Medellín, Diseño y Moda, Energía Sur, Ingeniería Águila, Construcción Peña, Señor Café, Año Nuevo "
        "SL, Montañas, Viñedos del Duero, Cataluña, Pequeñas Empresas, Dirección, Director General, Jefe de "
        "Compras, Técnico, Gestoría Muñiz, Piña Colada SA, ¿Qué tal?, Baños y Cía, Caña Brava",
    ),
    "portuguese": _of(
        "cp1252 mac_roman",
        "João, António, José, Conceição, Luís, Inês, Sílvia, Simão, Sebastião, Mário, Patrícia, Flávio, "
        "Cláudia, Fábio, Thaís, Letícia, Márcia, Vinícius, Júlia, Lúcia, Antônio, Tânia, Ângela, Estêvão, "
        "Fabrício, Rômulo, Mônica, Verônica, Andréia, Zé, Cristóvão, Gastão, Graça, Vânia, Otávio",
        "Araújo, Gonçalves, Guimarães, Magalhães, Conceição, Simões, Falcão, Brandão, Leitão, Galvão, Frazão, "
        "Assunção, Mourão, Camões, Gusmão, Sá, Sousa, Silva, Lourenço, França, Bragança, Bulhões, "
        "Peçanha, Aragão, Damião, Beltrão, Luz, Muniz, Antão, Salomão, Trovão, Barão, Régis, Jordão, Seixas, "
        "Muçum, Estevão",
        "São Paulo, Brasília, Goiânia, Florianópolis, Maceió, Belém, Ribeirão Preto, Construções Sul, "
        "Soluções LTDA, Comércio Exterior, Gestão & Visão, Educação Já, Serviços Médicos, Açúcar União, Pão "
        "de Açúcar, Transportes Irmãos, Indústria Têxtil, Coordenação, Diretor Comercial, Presidência, Ações, "
        "Limões, Cartões Prêmio, Avó, Avô, Português, Câmbio, Três Corações, Paraíba, Piauí, Maranhão, "
        "Açores, Évora, Setúbal, Póvoa, Portimão, Guarujá",
    ),
    "italian": _of(
        "cp1252 mac_roman",
        "Nicolò, Niccolò, Andrea, Cesare, Luca, José, Mosè, Noè, Matteo, Chiara, Giosuè, Salomè, Marco, "
        "Giulia, Aimée, Pelè, Totò, Ruggero, Sara, Lucrezia",
        "Pirrò, Rossi, Bianchi, Calì, Cantù, Forlì, Carrà, D’Angelo, Dell’Acqua, Russo, Ricciò, Sanfilippo, "
        "Balzarà, Scalabrì, Buttà, Micciché, Ciampà, Nucerà, Labbè, Dominò, Scirè, Giuffrè, Cirillò, "
        "Colajanni, Mammì, Fanfanì, Mangù, Toscanù, Mazzù, Sardà, Giunchè, Tocqué",
        "Società Italiana, Città di Castello, Forlì, Cefalù, Qualità S.r.l., Caffè Nero, Perché no, Più "
        "Design, Attività, Università di Padova, Responsabilità, Comunità, È Vero, Nardò, Cantù, Patti, "
        "Mondovì, Cosa c’è, Così Fan, Agrigento, Tè e Caffè, Là Dove, Libertà, Viabilità, Già, Però, Ragù",
    ),
    "nordic": _of(
        "cp1252 mac_roman",
        "Søren, Jørgen, Jørn, Bjørn, Åse, Åge, Håkon, Øystein, Kjær, Mads, Lærke, Håkan, Göran, Åsa, Märta, "
        "Jürgen, Pär, Sjöfn, Mårten, Måns, Örjan, Ängla, Ole, Per, Anders, Kåre, Pål, Knut, Frøydis, Gøril, "
        "Jørund, Sølvi, Tønnes, Ståle, Trygve, Bård, Sæther, Gro, Grethe, Annelie",
        "Møller, Sørensen, Jørgensen, Kjær, Nygård, Søndergaard, Lindström, Sjögren, Åkesson, Ström, Öberg, "
        "Bergström, Hansen, Olsen, Bækkelund, Ødegård, Grønn, Ås, Håland, Næss, Bråthen, Mælum, Skår, Brønn, "
        "Løvås, Østergaard, Mäkinen, Hämäläinen, Järvinen, Väyrynen, Sjöberg, Hårdh, Grönlund, Åström, "
        "Dahlén, Lövgren, Wahlström, Blåsjö, Rød, Fløysand",
        "Tromsø, Bodø, Malmö, Göteborg, Örebro, Västerås, Aarhus, Århus, København, Ålesund, Næstved, Køge, "
        "Rønne, Helsingør, Sæby, Brønshøj, Tønder, Hørsholm, Blåbær AS, Færder, Gjøvik, Førde, Ålborg, "
        "Jyväskylä, Hyvinkää, Brød & Kage, Bygg och Måleri, Fiskeføde AS, Rådgivning, Møbler, Smør A/S, Vågå, "
        "Bærum, Försäljning, Säljchef, Daglig leder, Tandlæge",
    ),
    "dutch": _of(
        "cp1252 mac_roman",
        "Daniël, Joël, Zoë, Noël, Michaël, Raphaël, Chloë, Jan, Piet, Kees, Désirée, René, André, Loïs, "
        "Cécile, Thijs, Inge, Annabèl, Gaëlle, Samuël, Ruben",
        "de Vries, Crèvecoeur, Coöperman, Jansen, van Dijk, Bakker, Rosé, Koëter, van Eën, Poëll, Naït, Smit, "
        "Mulder, Brouwer, Knaë, Citroën, Saïdi, Benaïssa, Haïk, Roël",
        "Coöperatie Zuid, Geïntegreerd BV, Financiën, België, Reünie, Ideeën BV, Crème Fraîche, "
        "Patiëntenzorg, Zeeën, Italië, Café Têtard, Oriënt Tapijt, Amsterdam, Utrecht, Directeur, Verkoper, "
        "Coördinator, Efficiënt",
    ),
    "polish": _of(
        "cp1250 iso8859-2",
        "Łukasz, Paweł, Michał, Zażółć, Małgorzata, Rafał, Błażej, Świętosława, Józef, Wiesław, Stanisław, "
        "Jan, Anna, Piotr, Żaneta, Zdzisław, Bożena, Grażyna, Kinga, Agnieszka, Przemysław, Mirosław",
        "Wałęsa, Żółkiewski, Śląski, Dąbrowska, Wójcik, Kowalski, Nowak, Kołodziej, Woźniak, Zieliński, "
        "Szymański, Wiśniewski, Kamiński, Wróbel, Pawłowski, Król, Jabłoński, Gołąb, Głowacki, Błaszczyk, "
        "Ćwik, Łęcki, Gręda, Pająk, Kępa, Pięta, Świątek",
        "Łódź, Kraków, Gdańsk, Poznań, Wrocław, Spółka Akcyjna, Częstochowa, Zakład Usług, Rzeszów, Toruń, "
        "Białystok, Bydgoszcz, Gdynia, Usługi Informatyczne, Księgowość, Kierownik działu sprzedaży, Dyrektor",
    ),
    "czech": _of(
        "cp1250 iso8859-2",
        "Jiří, Ondřej, Tomáš, Lukáš, Zdeněk, Jan, Petr, Kateřina, Lenka, Růžena, Šárka, Žaneta, Matěj, "
        "Vojtěch, Luboš, Aleš, Miloš, Štěpán, Václav, Dušan, Eliška",
        "Dvořák, Novák, Růžička, Černý, Kučera, Hájek, Němec, Beneš, Čermák, Říha, Sýkora, Pospíšil, Veselý, "
        "Krejčí, Jelínek, Král, Fiala, Zeman, Kříž, Doležal, Hruška, Kadlec, Ďuriš, Čech",
        "Plzeň, Úštěk, Ústí, Děčín, České Budějovice, Jihlava, Žďár, Česká spořitelna, Pražská, Mladá "
        "Boleslav, Olomouc, Kroměříž, Obchodní ředitel, Účetní, Škoda Auto, Strojírny",
    ),
    "hungarian": _of(
        "cp1250 iso8859-2",
        "Győző, László, Zoltán, István, András, György, Erzsébet, Ágnes, Zsófia, Gergő, Bence, Ákos, Ödön, "
        "Márton, Hajnalka, Etelka, Jenő, Ernő, Rezső, Dezső",
        "Erdős, Gyűlés, Szűcs, Kovács, Nagy, Tóth, Szabó, Horváth, Kőszegi, Török, Őry, Fűzfa, Gerő, Vörös, "
        "Szőke, Mező, Kövér, Bőrös, Fülöp, Németh, Erős, Kertész, Dűlő",
        "Győr, Székesfehérvár, Debrecen, Pécs, Szeged, Műszaki Kft, Felelős vezető, Könyvelő, Értékesítés, "
        "Hűtőház Zrt, Építőipari Kft, Ügyvezető, Kőbánya, Műhely",
    ),
    "romanian": _of(
        "cp1250",
        "Ştefan, Mihăiţă, Cătălin, Răzvan, Ioana, Bogdan, Nicuşor, Ionuţ, Codruţ, Mădălina, Tănase, Gheorghiţă",
        "Stănescu, Ţepeş, Băsescu, Rădulescu, Dragoş, Popescu, Ionescu, Brătianu, Vlăduţ, Măgureanu, Mureşan, "
        "Ciucă, Puşcaş, Iliuţă, Câmpeanu, Sârbu",
        "Iaşi, Braşov, Timişoara, Bucureşti, Constanţa, Ploieşti, Piteşti, Galaţi, Tîrgu Mureş, Construcţii "
        "SRL, Şantier, Vânzări, Director general, Producţie",
    ),
    "croatian": _of(
        "cp1250 iso8859-2",
        "Goran, Željko, Šime, Đorđe, Čedomir, Ivan, Luka, Mišo, Nataša, Dražen, Saša, Matija, Žarko, Siniša, Hrvoje",
        "Kovač, Marković, Babić, Novak, Đurić, Šarić, Žagar, Čačić, Perić, Tomić, Jurić, Horvat, Božić, "
        "Knežević, Vuković, Pašić, Ćosić, Hadžić, Krleža, Špehar",
        "Šibenik, Čakovec, Požega, Zagreb, Split, Osijek, Građevinar d.o.o., Škola Kuhanja, Križevci, Prodaja "
        "i usluge, Direktor, Voćnjak, Đakovo, Varaždin, Tržaška",
    ),
    "slovak": _of(
        "cp1250",
        "Ľuboš, Ján, Štefan, Ľudmila, Matúš, Miloš, Jozef, Šimon, Tomáš, Žofia, Vladimír",
        "Kováč, Horváth, Šťastný, Baláž, Ďurica, Krajčír, Hudák, Oravec, Nemčík, Tóth, Kôň, Vŕba, Hľadík, Čáky, Slivka",
        "Košice, Žilina, Prešov, Trenčín, Nitra, Spišská Nová Ves, Stĺp, Banská Štiavnica, Ľubotice, Výroba, "
        "Obchodný riaditeľ, Účtovníčka",
    ),
    "russian": _of(
        "cp1251 koi8_u",
        "Иван, Ольга, Сергей, Дмитрий, Наталья, Анна, Пётр, Юлия, Алексей, Михаил, Евгений, Татьяна",
        "Иванов, Петрова, Смирнов, Кузнецов, Попов, Васильев, Соколов, Михайлова, Новиков, Фёдоров, Морозов, Волков",
        "ООО «Ромашка», Москва, Санкт-Петербург, Завод, Газпром, Новосибирск, Директор по продажам, "
        "Екатеринбург, АО Вектор, Менеджер",
    ),
    "ukrainian": _of(
        "cp1251",
        "Олексій, Юлія, Андрій, Євген, Ірина, Наталія, Їжак, Микола",
        "Шевченко, Ковальчук, Бондаренко, Мельник, Кравченко, Петрів, Левицький, Гриценко, Щербак",
        "Київ, Львів, Харків, Одеса, ТОВ Альфа, Запоріжжя, Дніпро, Керівник",
    ),
    "turkish": _of(
        "cp1254",
        "Ayşe, Yılmaz, Mehmet, Çağla, Gökhan, Özgür, İbrahim, Işıl, Şule, Ümit, Barış, Oğuz, Tuğba, Emre, Can, Elif",
        "Yıldız, Öztürk, Şahin, Aydın, Doğan, Kılıç, Çelik, Arslan, Koç, Erdoğan, Güneş, Yıldırım, Şimşek, "
        "Işık, Kaya, Demir, Gül",
        "İstanbul, İzmir, Muğla, Eskişehir, Şirket A.Ş., Satış Müdürü, Genel Müdür, Yazılım, Danışmanlık, "
        "Bağcılar, Beşiktaş, Ankara, İnşaat, Mühendis",
    ),
    "greek": _of(
        "cp1253",
        "Γιάννης, Μαρία, Κώστας, Ελένη, Νίκος, Δημήτρης, Άννα",
        "Παπαδόπουλος, Γεωργίου, Οικονόμου, Νικολάου, Ιωάννου, Βλάχος, Καραγιάννης",
        "Αθήνα, Θεσσαλονίκη, Πάτρα, Εταιρεία ΑΕ, Διευθυντής, Πωλήσεις, Κρήτη",
    ),
    "baltic": _of(
        "cp1257",
        "Jānis, Šarūnas, Līga, Kęstutis, Žydrūnas, Mārtiņš, Andrius, Ēriks, Ģirts, Jūratė, Rūta",
        "Bērziņš, Kalniņš, Ozoliņš, Kazlauskas, Petrauskienė, Žukauskas, Liepiņa, Krūmiņš, Vaičiūnas, "
        "Jonušas, Balčiūnas",
        "Rīga, Šiauliai, Klaipėda, Panevėžys, Liepāja, Būvfirma, Ūkininkas, Direktorius, Vadītājs, Vilnius, "
        "Pärnu, Tõnu",
    ),
    "japanese": _of(
        "cp932 euc_jp",
        "太郎, 花子, 健一, 美咲, 大輔, さくら, 陽子, 翔太",
        "山田, 鈴木, 佐藤, 田中, 高橋, 渡辺, 伊藤, 中村",
        "株式会社アルファ, 東京, 大阪商事, サンプル株式会社, 営業部長, 福岡, トヨタ部品, 有限会社桜",
    ),
    "chinese": _of(
        "gb18030",
        "伟, 娜, 秀英, 敏, 静, 丽, 强, 磊",
        "王, 李, 张, 刘, 陈, 杨, 赵, 黄",
        "北京科技有限公司, 上海, 销售经理, 深圳市华强, 广州贸易, 总经理, 杭州网络",
    ),
    "taiwan": _of(
        "big5",
        "小明, 美玲, 志偉, 雅婷",
        "陳, 林, 黃, 張, 李",
        "台北市, 科技股份有限公司, 業務經理, 高雄, 貿易有限公司",
    ),
    "korean": _of(
        "cp949",
        "철수, 영희, 민준, 서연",
        "김, 이, 박, 최, 정",
        "서울, 삼성전자, 주식회사 알파, 영업부장, 부산",
    ),
    "polish-few": _of(
        "cp1250 iso8859-2",
        "Jan, Anna, Piotr",
        "Pięta, Kępa, Gręda, Zaręba, Kowalski, Ręka, Wrona, Dębek, Sęk",
        "Acme, Beta, Poręba, Zręb",
    ),
    "czech-few": _of(
        "cp1250 mac_latin2",
        "Jan, Petr, Lenka, Jana, Čeněk",
        "Petrů, Novotný, Veselý, Král, Malá, Hájek, Janů, Martinů, Čapek, Dolejší, Čmelík",
        "Acme, Petrův Mlýn, Horní Malá, Čistá",
    ),
    "croatian-few": _of(
        "cp1250 mac_latin2",
        "Ivan, Ana, Luka",
        "Babić, Kovač, Perić, Novak, Perković, Jurić, Šuker",
        "Acme, Beta",
    ),
    "hungarian-few": _of(
        "cp1250",
        "Anna, Béla, Jenő",
        "Nagy, Kis, Szabó, Erdős, Mező, Kő",
        "Acme, Hűtő, Mű",
    ),
    "german-with-poles": _of(
        "cp1250",
        "Jürgen, Günter, Käthe, Björn, Jörg, Sören, Anna, Peter, Łukasz, Paweł, Michał, Zażółć, Małgorzata",
        "Müller, Schäfer, Weiß, Groß, Köhler, Krüger, Böhm, Jäger, Vogt, Schmidt, Meyer, Schröder, Lösch, "
        "Hübner, Pähler, Strauß, Büchner, Fröhlich, Großmann, Kühn, Möller, Heß, Thür, Bauer, Wolf, Lange, "
        "Grünwald, Süßmuth, Dörr, Höß, Dvořák, Novák, Růžička, Černý",
        "Büro Nord, Köln, Straßenbau",
    ),
    "icelandic": _of(
        "cp1252 mac_roman",
        "Þór, Björk, Guðrún, Sigríður, Ásta, Halldór, Ragnheiður, Ægir, Jón",
        "Jónsson, Þórðarson, Guðmundsson, Bjarnadóttir, Sæmundsdóttir, Ólafsson",
        "Reykjavík, Ísafjörður, Akureyri, Hafnarfjörður",
    ),
    "catalan": _of(
        "cp1252 mac_roman",
        "Àngel, Núria, Montserrat, Martí, Mercè, Lluís, Òscar, Raül",
        "Puigcercós, Gènova, Solà, Güell, Llàcer, Pagès, Vallès, Bellmunt, Forcadell",
        "Barcelona, Vallès Occidental, Sant Cugat, Construccions Garcés, Peça, Façana, Mútua",
    ),
    "irish-welsh": _of(
        "cp1252 mac_roman",
        "Seán, Siân, Éamon, Róisín, Niamh, Pádraig, Áine",
        "Ó Briain, Ní Dhómhnaill, Mac Gabhann, O’Brien, O’Neill, Siôn",
        "Dún Laoghaire, Caerffili, Don’t Panic Ltd, Café – Bar, Smith’s “Best”",
    ),
    "estonian-finnish": _of(
        "cp1252 cp1257",
        "Tõnu, Jüri, Märt, Õnne, Päivi, Kärt",
        "Põld, Mägi, Sõber, Rüütel, Võsu, Kõiv, Järvi",
        "Tallinn, Pärnu, Võru, OÜ Kõrb, Põltsamaa, Mööbel",
    ),
    "cyrillic-dos": _of(
        "cp866 mac_cyrillic iso8859-5",
        "Иван, Ольга, Сергей, Наталья",
        "Иванов, Петрова, Смирнов, Кузнецов, Попов",
        "Москва, Завод, Директор",
    ),
    "hebrew": _of(
        "cp1255",
        "משה, רחל, דוד, שרה",
        "כהן, לוי, מזרחי, פרץ",
        "תל אביב, חברה בעמ, ירושלים",
    ),
    "arabic": _of(
        "cp1256",
        "محمد, فاطمة, أحمد, سارة",
        "العلي, حسن, الخطيب, منصور",
        "دبي, شركة النور, الرياض, مدير المبيعات",
    ),
    "dos-west": _of(
        "cp850",
        "Jürgen, Günter, Käthe, Björn, Jörg, Sören, Anna, Peter, Thomas, Michael, Sabine, Ursula, Götz, "
        "Bärbel, Rüdiger, Uwe, Klaus, Jens, Vera, André, Désirée, Renée, Anaïs, Hans, Lütfiye, Zoë, Noël, "
        "François, Hélène, Chloé, Benoît, Zoé, Jérôme, Thérèse, Agnès, Gaël, Loïc, Aurélie, Stéphane, "
        "Frédéric",
        "Müller, Schäfer, Weiß, Groß, Köhler, Krüger, Böhm, Jäger, Vogt, Schmidt, Meyer, Schröder, Lösch, "
        "Hübner, Pähler, Strauß, Büchner, Fröhlich, Großmann, Kühn, Möller, Heß, Thür, Bauer, Wolf, Lange, "
        "Grünwald, Süßmuth, Dörr, Höß, García, Martínez, Muñoz, Núñez, Ibáñez, Peña, Fernández, López, Pérez, "
        "Gómez",
        "Köln, München, Málaga, Café",
    ),
}
