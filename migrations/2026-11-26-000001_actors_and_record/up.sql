-- The database role of the service, the people who sign in, and the record of what they did.
--
-- What applies to every table, here and in the folders that follow:
--
-- * Constraints and triggers refuse what must never happen, each under a name. A name that a caller can run into is
--   turned into a problem with words of its own by src/db/constraint.rs.
-- * Every column of text, JSON or bytes has a comment that says whether it holds personal data and what an erasure does
--   with it: 'personal, erased', 'personal, kept: <why>' or 'not personal'. A test asks for it.
-- * Every table is granted to the service by name, with no more rights than the service needs.
-- * A trigger function reads the real tables, whatever search path or temporary tables a session has. Most set a search
--   path. Those that run for every row of a claim or a payment name the schema in each query instead: setting the path
--   made each step of a payment a fifth slower.

-- ---------------------------------------------------------------------------------------------------------------------
-- The role of the service
-- ---------------------------------------------------------------------------------------------------------------------

-- The service works as this role. It owns nothing, so it cannot lift a guard or change what is append-only.
-- `involvement migrate` lets a login work as it. A role belongs to the whole cluster and may be there already.
DO $$ BEGIN
    CREATE ROLE involvement_service NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

GRANT USAGE ON SCHEMA public TO involvement_service;
-- Only the owner may create functions or operators that a guard could call by mistake.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- /health/ready compares what was run with what the program knows.
GRANT SELECT ON __diesel_schema_migrations TO involvement_service;

-- Refuses every change of an append-only table, whoever asks.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Search: what is kept and what is asked for fall into words in one way
-- ---------------------------------------------------------------------------------------------------------------------

-- A text as plain words with a space between: no accents, no capitals, nothing but letters and digits. It is spelt out
-- and leaves nothing to the locale, so that indexes stay right when the operating system changes, and every database
-- finds the same. A sign that stands for a vowel is a letter; points that people leave out, such as those of Arabic and
-- Hebrew, are accents.
CREATE FUNCTION plain_words(said text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    accents CONSTANT text := '[\u00AD\u0300-\u036F\u0483-\u0489\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u061C'
        '\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u093C\u09BC\u0A3C\u0ABC\u0B3C\u180B-\u180E'
        '\u1AB0-\u1AFF\u1DC0-\u1DFF\u200B-\u200F\u202A-\u202E\u2060-\u206F\u20D0-\u20FF\uFE00-\uFE0F\uFE20-\uFE2F\uFEFF]+';
    others CONSTANT text := '[\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u00D7\u00F7\u02B9-\u02DF\u02E5-\u02FF\u037E\u0387'
        '\u055A-\u055F\u0589\u058A\u05BE\u05C0\u05C3\u05C6\u05F3\u05F4\u0600-\u060F\u061B-\u061F\u066A-\u066D\u06D4\u0700-\u070F'
        '\u0964\u0965\u0970\u0E3F\u0E4F\u0E5A\u0E5B\u0F04-\u0F14\u104A-\u104F\u10FB\u1360-\u1368\u1680\u17D4-\u17DA\u1800-\u180A'
        '\u2000-\u2BFF\u2E00-\u2E7F\u3000-\u3004\u3008-\u3020\u3030\u303D-\u303F\u30A0\u30FB\uFD3E\uFD3F\uFE10-\uFE1F\uFE30-\uFE6F'
        '\uFFF9-\uFFFF\U0001F000-\U0001FAFF]+';
    plain text := public.fold_case(regexp_replace(normalize(said, NFKD), accents, '', 'g'));
BEGIN
    -- Letters that do not come apart.
    plain := translate(plain, 'øłđħŧıςɓɗƙƴɖɛɔŋðƒ', 'oldhtiσbdkydeondf');
    plain := replace(replace(replace(replace(plain, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
    RETURN btrim(regexp_replace(plain, others, ' ', 'g'), ' ');
END $$;

-- The words of a text, for an index. Of a very long word the beginning counts.
CREATE FUNCTION words_of(said text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN array_to_tsvector(ARRAY(SELECT left(word, 100) FROM unnest(string_to_array(public.plain_words(said), ' ')) word));
END $$;

-- A search for what has words that begin with each of these. It finds nothing where there is no word.
CREATE FUNCTION words_sought(said text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT string_agg(format('''%s'':*', left(word, 100)), ' & ')
        FROM unnest(string_to_array(public.plain_words(said), ' ')) word)::tsquery;
END $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- actors: who signed in, one row for each subject of an issuer of tokens
-- ---------------------------------------------------------------------------------------------------------------------

-- A text in which letters that differ only in case are the same, whatever the database's locale: Unicode's simple case
-- folding. The same two rows of letters are in `text::fold`; a test compares them, and what comes of both.
CREATE FUNCTION fold_case(said text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF octet_length(said) = char_length(said) THEN
        RETURN lower(said COLLATE "C");
    END IF;
    RETURN lower(replace(replace(replace(translate(said,
        'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮĴĶĹĻĽŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƠƢƤƦƧƩƬƮƯƱƲƳƵƷƸƼǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǴǶǷǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫςϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᏸᏹᏺᏻᏼᏽᲀᲁᲂᲃᲄᲅᲆᲇᲈᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾸᾹᾺᾼῈῊῌῘῙῚῨῩῪῬῸῺῼℲↃⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱣⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅꟆꟇꟉꟐꟖꟘꟵꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡',
        'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįĵķĺļľłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżžɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵơƣƥʀƨʃƭʈưʊʋƴƶʒƹƽǎǐǒǔǖǘǚǜǟǡǣǥǧǩǫǭǯǵƕƿǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟƞȣȥȧȩȫȭȯȱȳⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳάέήίόύώαβγδεζηθικλμνξοπρστυφχψωϊϋσϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽѐёђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӂӄӆӈӊӌӎӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭᏰᏱᏲᏳᏴᏵвдосттъѣꙋაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾰᾱὰᾳὲὴῃῐῑὶῠῡὺῥὸὼῳⅎↄⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡɫᵽɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩɦɜɡɬɪʞʇʝꭓꞵꞷꞹꞻꞽꞿꟁꟃꞔʂᶎꟈꟊꟑꟗꟙꟶᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯ𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺𐓻𐖗𐖘𐖙𐖚𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦𖹧𖹨𖹩𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃'),
        'ß', 'ss'), 'ẞ', 'ss'), 'İ', 'i̇') COLLATE "C");
END $$;

-- The form in which subjects are compared: without white space and invisible characters, compatibility forms and cases
-- folded. Where a subject is typed, white space and invisible characters are refused. `text::comparable` is the same.
CREATE FUNCTION subject_key(subject text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF octet_length(subject) = char_length(subject) THEN
        RETURN lower(translate(subject, E' \t\n\x0B\f\r', '') COLLATE "C");
    END IF;
    RETURN normalize(public.fold_case(regexp_replace(normalize(subject, NFKC),
        '[\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u3000\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202F\u205F-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB\U000E0000-\U000E0FFF]',
        '', 'g')), NFKC);
END $$;

CREATE TABLE actors (
    id         uuid PRIMARY KEY,
    -- Erasure empties these three. The id stays, and so does every row that points at it.
    issuer     text,
    subject    text,
    name       text,
    -- Set for staff. Such an actor outlives the erasure of a volunteer they spoke for: what they did at work stays
    -- theirs, and the separation of duties compares persons.
    works_here boolean NOT NULL DEFAULT false,
    -- Who it is, for the audit record: each of its records rests on this. The salt goes with the subject.
    salt       uuid,
    digest     text NOT NULL DEFAULT '',
    CONSTRAINT actors_one_per_subject UNIQUE (issuer, subject)
);
CREATE INDEX actors_by_subject ON actors (subject);
CREATE INDEX actors_by_subject_key ON actors (subject_key(subject));

CREATE FUNCTION actor_digest(salt uuid, issuer text, subject text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to(concat_ws(chr(10), salt::text, issuer, subject), 'UTF8')), 'hex')
$$;

CREATE FUNCTION digest_actor() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.salt := gen_random_uuid();
    NEW.digest := public.actor_digest(NEW.salt, NEW.issuer, NEW.subject);
    RETURN NEW;
END $$;
-- Rows that are restored bring their own.
CREATE TRIGGER actors_digest BEFORE INSERT ON actors FOR EACH ROW WHEN (NEW.digest = '') EXECUTE FUNCTION digest_actor();

-- Whoever acted stays who they were: an erasure may empty issuer and subject, nothing may replace them.
CREATE FUNCTION guard_actor() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.id <> OLD.id OR (NEW.issuer IS NOT NULL AND NEW.issuer IS DISTINCT FROM OLD.issuer)
        OR (NEW.subject IS NOT NULL AND NEW.subject IS DISTINCT FROM OLD.subject)
        OR (NEW.salt IS NOT NULL AND NEW.salt IS DISTINCT FROM OLD.salt) OR NEW.digest <> OLD.digest THEN
        RAISE EXCEPTION 'a log-in never becomes another' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'actors_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER actors_guard BEFORE UPDATE ON actors FOR EACH ROW
    WHEN (OLD.id <> NEW.id OR OLD.issuer IS DISTINCT FROM NEW.issuer OR OLD.subject IS DISTINCT FROM NEW.subject
        OR OLD.salt IS DISTINCT FROM NEW.salt OR OLD.digest <> NEW.digest)
    EXECUTE FUNCTION guard_actor();

COMMENT ON COLUMN actors.issuer IS 'personal, erased';
COMMENT ON COLUMN actors.subject IS 'personal, erased';
COMMENT ON COLUMN actors.name IS 'personal, erased';
COMMENT ON COLUMN actors.digest IS 'personal, kept: a digest whose salt is erased, so that the record says for ever that its keys are what they were';
GRANT SELECT, INSERT, UPDATE ON actors TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- audit_records: what was done, by whom, to which record
-- ---------------------------------------------------------------------------------------------------------------------

-- Ids, names of fields and states, never personal values, so that no erasure has to reach it.
CREATE TABLE audit_records (
    seq           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at            timestamptz NOT NULL,
    actor_id      uuid NOT NULL REFERENCES actors (id),
    action        text NOT NULL,
    resource_type text NOT NULL,
    resource_id   uuid NOT NULL,
    version       integer NOT NULL,
    from_state    text,
    to_state      text,
    fields        text[] NOT NULL,
    request_id    uuid NOT NULL,
    hash          text NOT NULL,
    -- What its event is called.
    event         text,
    -- Of values that it vouches for and does not say.
    digest        text,
    -- The id that the caller gave the request; anybody can send any.
    client_request_id uuid
);
CREATE INDEX audit_records_by_resource ON audit_records (resource_id, seq);
CREATE INDEX audit_records_by_type ON audit_records (resource_type, seq);
CREATE INDEX audit_records_by_actor ON audit_records (actor_id, seq);
CREATE INDEX audit_records_by_time ON audit_records (at, seq);
CREATE INDEX audit_records_by_request ON audit_records (request_id);
CREATE INDEX audit_records_by_client_request ON audit_records (client_request_id) WHERE client_request_id IS NOT NULL;

CREATE TRIGGER audit_records_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_records
    EXECUTE FUNCTION refuse_change();

COMMENT ON COLUMN audit_records.action IS 'not personal';
COMMENT ON COLUMN audit_records.resource_type IS 'not personal';
COMMENT ON COLUMN audit_records.from_state IS 'not personal';
COMMENT ON COLUMN audit_records.to_state IS 'not personal';
COMMENT ON COLUMN audit_records.fields IS 'not personal';
COMMENT ON COLUMN audit_records.hash IS 'not personal';
COMMENT ON COLUMN audit_records.event IS 'not personal';
COMMENT ON COLUMN audit_records.digest IS 'personal, kept: a salted digest of numbers of the ledger, which stay as long';
GRANT SELECT, INSERT ON audit_records TO involvement_service;
GRANT USAGE ON SEQUENCE audit_records_seq_seq TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- audit_seals: the chain of hashes over the audit records
-- ---------------------------------------------------------------------------------------------------------------------

-- Records are sealed a moment after they were written, so that writers do not wait for one another (ADR 7). The chain
-- runs in the order of sealing.
CREATE TABLE audit_seals (
    number     bigint PRIMARY KEY,
    audit_seq  bigint NOT NULL CONSTRAINT audit_seals_once UNIQUE REFERENCES audit_records (seq),
    chain_hash text NOT NULL,
    -- The newest link of persons at that time, as number:hash; the chain rests on it.
    links      text
);

CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
    EXECUTE FUNCTION refuse_change();

COMMENT ON COLUMN audit_seals.chain_hash IS 'not personal';
COMMENT ON COLUMN audit_seals.links IS 'not personal';
GRANT SELECT, INSERT ON audit_seals TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- histories: each version that a record went through, and the step that led to it
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE histories (
    resource_id   uuid NOT NULL,
    version       integer NOT NULL,
    resource_type text NOT NULL,
    at            timestamptz NOT NULL,
    actor_id      uuid NOT NULL REFERENCES actors (id),
    action        text NOT NULL,
    from_state    text,
    to_state      text,
    PRIMARY KEY (resource_id, version, resource_type)
);

CREATE TRIGGER histories_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON histories
    EXECUTE FUNCTION refuse_change();

COMMENT ON COLUMN histories.resource_type IS 'not personal';
COMMENT ON COLUMN histories.action IS 'not personal';
COMMENT ON COLUMN histories.from_state IS 'not personal';
COMMENT ON COLUMN histories.to_state IS 'not personal';
GRANT SELECT, INSERT ON histories TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- events: what other systems read (CloudEvents)
-- ---------------------------------------------------------------------------------------------------------------------

-- Ids and states only: a reader who needs more asks for the record and is checked for it.
CREATE TABLE events (
    seq           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id            uuid NOT NULL UNIQUE,
    at            timestamptz NOT NULL,
    type          text NOT NULL,
    resource_type text NOT NULL,
    resource_id   uuid NOT NULL,
    version       integer NOT NULL,
    state         text
);

CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    EXECUTE FUNCTION refuse_change();

COMMENT ON COLUMN events.type IS 'not personal';
COMMENT ON COLUMN events.resource_type IS 'not personal';
COMMENT ON COLUMN events.state IS 'not personal';
GRANT SELECT, INSERT ON events TO involvement_service;
GRANT USAGE ON SEQUENCE events_seq_seq TO involvement_service;

-- The feed. Events get their place after their transaction has ended: a number that is drawn within a transaction may become
-- visible after higher ones, and a reader who went on by it would miss an event. Places have no gaps and are given out in
-- order; of one record, a later version has a later place, because whoever wrote it waited for the lock of whoever wrote
-- the version before. Numbers are not checked against `events`: only the function below writes here, with numbers from
-- there, and a check would lock and so rewrite each event.
CREATE TABLE event_order (
    position bigint PRIMARY KEY,
    seq      bigint NOT NULL UNIQUE
);
CREATE TRIGGER event_order_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_order
    EXECUTE FUNCTION refuse_change();

-- Up to where all is done, so that nobody looks through all events for those without a place.
CREATE TABLE event_progress (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Every number up to this one has a place, or was drawn by a transaction that was rolled back.
    settled  bigint NOT NULL,
    -- The last number that was visible at some moment, and a transaction that began after it. Whoever drew a number up to
    -- this one began before it, so once all of those have ended, everything up to the number is settled.
    seen     bigint NOT NULL,
    before   bigint NOT NULL
);
INSERT INTO event_progress (settled, seen, before) VALUES (0, 0, 0);

-- Gives places to events whose transaction has ended, so many at most, and returns how many. One session does so at a
-- time: each statement of this function sees what the session before it has committed.
CREATE FUNCTION order_events(most integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    known   record;
    visible bigint;
    ordered bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(4683683667) THEN
        RETURN 0;
    END IF;
    -- The own number has to be later than those of all transactions whose events are visible now.
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE EXCEPTION 'events must be ordered in a transaction that has written nothing';
    END IF;
    -- Another PostgreSQL, into which a backup was restored, may count from less: of its transactions none is that old.
    SELECT p.*, pg_snapshot_xmin(now)::text::bigint >= p.before OR pg_snapshot_xmax(now)::text::bigint <= p.before AS ended
        INTO STRICT known FROM public.event_progress p, pg_current_snapshot() AS now;
    SELECT COALESCE(max(seq), 0) INTO visible FROM public.events;
    IF visible = known.settled THEN
        RETURN 0;
    END IF;
    INSERT INTO public.event_order (position, seq)
        SELECT (SELECT COALESCE(max(position), 0) FROM public.event_order) + row_number() OVER (ORDER BY next.seq), next.seq
        FROM (SELECT e.seq FROM public.events e
            -- One look into an index for each, never a plan that reads all of both tables.
            WHERE e.seq > known.settled AND (SELECT o.seq FROM public.event_order o WHERE o.seq = e.seq) IS NULL
            ORDER BY e.seq LIMIT most) next;
    GET DIAGNOSTICS ordered = ROW_COUNT;
    IF ordered < most AND known.ended THEN
        UPDATE public.event_progress
            SET settled = known.seen, seen = visible, before = pg_current_xact_id()::text::bigint;
    END IF;
    RETURN ordered;
END $$;
REVOKE EXECUTE ON FUNCTION order_events(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION order_events(integer) TO involvement_service;

-- How long the transaction of the service that began first has been open, in microseconds; 0 if there is none but the
-- caller's. PostgreSQL tells this to the login alone, whose connections work as `involvement_service`; so it is asked as the
-- login, which owns nothing.
CREATE FUNCTION longest_open_transaction() RETURNS bigint LANGUAGE sql VOLATILE SET role = 'none' AS $$
    SELECT COALESCE(ceil(max(extract(epoch FROM clock_timestamp() - a.xact_start)) * 1000000), 0)::bigint
    FROM pg_catalog.pg_stat_activity a
    WHERE a.datname = current_database() AND a.usename = session_user AND a.pid <> pg_backend_pid()
$$;
REVOKE EXECUTE ON FUNCTION longest_open_transaction() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION longest_open_transaction() TO involvement_service;

-- For `events`: the feed, and which of it finance may see. A claim is finance's business from its approval on, until that is
-- undone, which is told as well.
CREATE VIEW event_feed AS SELECT o.position, e.id, e.at, e.type, e.resource_type, e.resource_id, e.version, e.state,
    (e.resource_type IN ('payment', 'payment_run', 'recovery', 'payee')
        OR (e.resource_type = 'claim' AND COALESCE((SELECT r.action FROM audit_records r WHERE r.resource_id = e.resource_id
            AND r.resource_type = 'claim' AND (r.action = 'approve' AND r.version <= e.version
                OR r.action = 'reopen' AND r.version < e.version)
            ORDER BY r.version DESC LIMIT 1), '') = 'approve')) AS of_money
FROM event_order o JOIN events e USING (seq);
GRANT SELECT ON event_feed TO involvement_service;

-- ---------------------------------------------------------------------------------------------------------------------
-- idempotency_keys: the response that was given under an Idempotency-Key
-- ---------------------------------------------------------------------------------------------------------------------

-- Kept for a day, so that a repeated request gets the same response and nothing is done twice.
CREATE TABLE idempotency_keys (
    scope        text NOT NULL,
    key          text NOT NULL,
    fingerprint  text NOT NULL,
    status       smallint NOT NULL,
    headers      jsonb NOT NULL,
    body         bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    -- What the caller might reach and see then.
    rights       text NOT NULL,
    PRIMARY KEY (scope, key)
    -- An answer is written once and seldom read: it stays in its row as it is, where PostgreSQL would compress all that is
    -- longer than 2 KB.
) WITH (toast_tuple_target = 8160);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

-- Takes a key for the transaction, then reads the response that was given under it, in one call: a PL/pgSQL function that
-- is not STABLE sees what was committed before each of its own statements, so what an earlier holder of the key wrote is
-- there. Together in a plain SELECT, the row could be read as it was before the key was free.
CREATE FUNCTION take_idempotency_key(of_scope text, of_key text, OUT taken boolean, OUT fingerprint text, OUT status smallint,
    OUT headers jsonb, OUT body bytea, OUT expires_at timestamptz, OUT rights text) LANGUAGE plpgsql AS $$
BEGIN
    taken := pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended(of_scope || pg_catalog.chr(10) || of_key, 7));
    IF taken THEN
        SELECT k.fingerprint, k.status, k.headers, k.body, k.expires_at, k.rights INTO fingerprint, status, headers, body, expires_at, rights
            FROM public.idempotency_keys k WHERE k.scope = of_scope AND k.key = of_key;
    END IF;
END $$;

COMMENT ON COLUMN idempotency_keys.scope IS 'personal, erased';
COMMENT ON COLUMN idempotency_keys.key IS 'personal, erased';
COMMENT ON COLUMN idempotency_keys.fingerprint IS 'personal, erased';
COMMENT ON COLUMN idempotency_keys.headers IS 'personal, erased';
COMMENT ON COLUMN idempotency_keys.body IS 'personal, erased';
COMMENT ON COLUMN idempotency_keys.rights IS 'personal, erased';
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO involvement_service;
