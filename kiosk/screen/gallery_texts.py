"""What interviewer and candidate say in the gallery: one conversation in every language."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.core.sentences import WIDE_FROM
from kiosk.screen.phrasing import phrased


@dataclass(frozen=True, slots=True)
class Lines:
    """One conversation."""

    question: str
    aside: str
    """Small words while the candidate thinks."""
    answer: str
    """Still being spoken."""
    long_question: str
    """More than four lines on any screen."""
    long_answer: str
    """Likewise."""
    short_answer: str
    parting: str
    """The candidate's last words."""
    goodbye: str


LINES: Mapping[str, Lines] = MappingProxyType(
    {
        "en": Lines(
            question="Tell me about a time when a plan fell apart. What did you do first?",
            aside="Take your time.",
            answer="Last spring our supplier dropped out just before the launch, so I called everyone together and",
            long_question="Thank you, that helps me to see how you work. You said that you called everyone together when the supplier dropped out, and I would like to understand that moment a little better. Who was in the room, what did each of them need from you, and how did you decide which promise to the customer you would keep and which one you had to give up?",
            long_answer="There were six of us, and nobody wanted to say it out loud, so I wrote the three dates on the board and asked which one we could really hold. It was the last one. I rang the customer the same evening and told them, before they could hear it from anybody else, and they were surprisingly kind about it and asked what they could do to help us",
            short_answer="… and we shipped three days late, but whole.",
            parting="And that is how I came to like it.",
            goodbye="Thank you for talking with me today. Goodbye!",
        ),
        "de": Lines(
            question="Erzähl mir von einem Plan, der nicht aufgegangen ist. Was hast du zuerst getan?",
            aside="Lass dir Zeit.",
            answer="Im Frühjahr ist uns kurz vor dem Start der Zulieferer abgesprungen, da habe ich alle zusammengerufen und",
            long_question="Danke, jetzt verstehe ich besser, wie du arbeitest. Du hast gesagt, dass du alle zusammengerufen hast, als der Zulieferer abgesprungen ist, und diesen Augenblick möchte ich mir genauer vorstellen. Wer war im Raum, was brauchten die Einzelnen von dir, und wie hast du entschieden, welche Lieferzusage ihr haltet und welche ihr aufgeben müsst?",
            long_answer="Wir waren zu sechst, und niemand wollte es laut sagen, also habe ich die drei Termine an die Tafel geschrieben und gefragt, welchen wir wirklich halten können. Es war der letzte. Noch am selben Abend habe ich die Kundin angerufen, bevor sie es von jemand anderem hört, und sie war erstaunlich freundlich und hat gefragt, wie sie uns unterstützen kann",
            short_answer="… und wir haben drei Tage später geliefert, aber vollständig.",
            parting="Und so ist es mir ans Herz gewachsen.",
            goodbye="Danke, dass du heute mit mir gesprochen hast. Auf Wiedersehen!",
        ),
        "fr": Lines(
            question="Parlez-moi d’un projet qui a mal tourné. Qu’avez-vous fait en premier\u202f?",
            aside="Prenez votre temps.",
            answer="Au printemps, notre fournisseur nous a lâchés juste avant le lancement, alors j’ai réuni toute l’équipe et",
            long_question="Merci, je vois mieux comment vous travaillez. Vous avez dit que vous aviez réuni toute l’équipe quand le fournisseur vous a lâchés, et j’aimerais mieux comprendre ce moment. Qui était dans la pièce, de quoi chacun avait-il besoin, et comment avez-vous décidé quelle promesse faite au client serait tenue et laquelle il fallait abandonner\u202f?",
            long_answer="Nous étions six et personne ne voulait le dire à voix haute, alors j’ai écrit les trois dates au tableau et j’ai demandé laquelle nous pouvions vraiment tenir. C’était la dernière. J’ai appelé la cliente le soir même, avant qu’elle l’apprenne par quelqu’un d’autre, et elle a été étonnamment gentille et m’a demandé comment elle pouvait nous aider",
            short_answer="… et nous avons livré trois jours en retard, mais tout était là.",
            parting="Et c’est comme ça que j’ai fini par aimer ça.",
            goodbye="Merci d’avoir parlé avec moi aujourd’hui. Au revoir\u202f!",
        ),
        "es": Lines(
            question="Cuéntame de una vez en que un plan salió mal. ¿Qué hiciste primero?",
            aside="Tómate tu tiempo.",
            answer="En primavera el proveedor nos falló justo antes del lanzamiento, así que reuní a todo el equipo y",
            long_question="Gracias, así entiendo mejor cómo trabajas. Has dicho que reuniste a todo el equipo cuando falló el proveedor, y me gustaría comprender mejor ese momento. ¿Quién estaba en la sala, qué necesitaba de ti cada persona y cómo decidiste qué promesa al cliente ibas a cumplir y a cuál teníais que renunciar?",
            long_answer="Éramos seis y nadie quería decirlo en voz alta, así que escribí las tres fechas en la pizarra y pregunté cuál podíamos cumplir de verdad. Era la última. Llamé a la clienta esa misma tarde, antes de que se enterase por otra persona, y fue sorprendentemente amable y me preguntó qué podía hacer para ayudarnos",
            short_answer="… y entregamos tres días tarde, pero completo.",
            parting="Y así fue como empezó a gustarme.",
            goodbye="Gracias por hablar conmigo hoy. ¡Hasta pronto!",
        ),
        "ar": Lines(
            question="حدّثني عن خطة لم تسر كما أردت. ما أول شيء فعلته؟",
            aside="خذ وقتك.",
            answer="في الربيع الماضي انسحب المورّد قبل الإطلاق مباشرة، فجمعتُ الفريق كله ثم",
            long_question="شكرًا لك، صرت أفهم طريقة عملك أكثر. قلت إنك جمعت الفريق كله عندما انسحب المورّد، وأودّ أن أفهم تلك اللحظة بصورة أفضل. من كان في الغرفة، وماذا كان كل واحد منهم يحتاج إليه منك، وكيف قررت أي وعد للعميل ستفي به وأي وعد كان عليك أن تتخلى عنه حتى يبقى المشروع كله قائمًا؟",
            long_answer="كنا ستة أشخاص، ولم يُرد أحد أن يقولها بصوت عالٍ، فكتبتُ التواريخ الثلاثة على اللوح وسألت أيها نستطيع الالتزام به فعلًا. كان الأخير. اتصلتُ بالعميلة في المساء نفسه قبل أن تسمع الخبر من شخص آخر، وكانت لطيفة على نحو فاجأني، وسألتني كيف تستطيع أن تساعدنا حتى نصل إلى الموعد الجديد",
            short_answer="… وسلّمنا العمل متأخرين ثلاثة أيام، لكنه كان كاملًا.",
            parting="وهكذا بدأت أحب هذا العمل.",
            goodbye="شكرًا لحديثك معي اليوم. إلى اللقاء!",
        ),
        "hi": Lines(
            question="मुझे ऐसे समय के बारे में बताइए जब कोई योजना बिगड़ गई। आपने सबसे पहले क्या किया?",
            aside="आराम से सोचिए।",
            answer="पिछले वसंत में लॉन्च से ठीक पहले हमारा सप्लायर पीछे हट गया, तो मैंने सबको इकट्ठा किया और",
            long_question="धन्यवाद, इससे मुझे समझ आता है कि आप कैसे काम करते हैं। आपने कहा कि सप्लायर के पीछे हटने पर आपने सबको इकट्ठा किया, और उस पल को मुझे थोड़ा और समझना है। कमरे में कौन-कौन था, हर एक को आपसे क्या चाहिए था, और आपने कैसे तय किया कि ग्राहक से किया कौन-सा वादा निभाना है और कौन-सा छोड़ना है?",
            long_answer="हम छह लोग थे और कोई खुलकर कहना नहीं चाहता था, तो मैंने तीनों तारीखें बोर्ड पर लिखीं और पूछा कि हम सच में कौन-सी निभा सकते हैं। वह आख़िरी तारीख थी। मैंने उसी शाम ग्राहक को फ़ोन करके बताया, इससे पहले कि उन्हें किसी और से पता चले, और उन्होंने बहुत अच्छे से सुना और पूछा कि वे हमारी क्या मदद कर सकते हैं",
            short_answer="… और हमने तीन दिन देर से, पर पूरा सामान भेजा।",
            parting="और इस तरह मुझे यह काम अच्छा लगने लगा।",
            goodbye="आज मुझसे बात करने के लिए धन्यवाद। नमस्ते!",
        ),
        "ja": Lines(
            question="計画がうまくいかなかったときのことを教えてください。最初に何をしましたか。",
            aside="ゆっくりで大丈夫ですよ。",
            answer="去年の春、発売の直前に仕入れ先が手を引いてしまったので、まず全員に集まってもらって、",
            long_question="ありがとうございます。あなたの仕事の進め方がよく分かってきました。仕入れ先が手を引いたときに全員を集めたとおっしゃいましたが、その場面をもう少し詳しく知りたいと思います。そこには誰がいて、それぞれがあなたに何を求めていましたか。そして、お客様との約束のうち、どれを守り、どれをあきらめるかを、どのように決めたのですか。",
            long_answer="私たちは六人で、誰もはっきりとは口にしたがりませんでした。そこで三つの期日をホワイトボードに書いて、本当に守れるのはどれかと聞きました。守れるのは最後の日だけでした。ほかの人から伝わる前にと思い、その日の夕方にお客様へ電話をしたところ、意外なほど優しく聞いてくださって、何か手伝えることはありますかと",
            short_answer="……三日遅れましたが、すべてそろえて出荷できました。",
            parting="そうして、この仕事が好きになりました。",
            goodbye="今日はお話しいただき、ありがとうございました。さようなら。",
        ),
        "zh": Lines(
            question="请讲一次计划没能如愿的经历。您首先做了什么？",
            aside="别着急，慢慢想。",
            answer="去年春天，供应商在发布前突然退出了，所以我把大家都叫到一起，然后",
            long_question="谢谢，这让我更了解您的工作方式。您刚才说，供应商退出的时候，您把大家都叫到了一起，我想更清楚地了解当时的情形。房间里都有谁，他们每个人需要您做什么？对客户的那些承诺，您是怎样决定哪一个一定要守住、哪一个不得不放弃的？在做出这个决定之前，您又和哪些人商量过，听到了哪些不同的意见？",
            long_answer="我们一共六个人，谁都不愿意把话说出来，于是我把三个日期写在白板上，问大家我们真正能守住的是哪一个。答案是最后一个。当天晚上我就给客户打了电话，不想让她从别人那里听到这个消息。没想到她非常体谅，还问有什么可以帮我们的。后来我们每天早上通一次电话，把进度一项一项地说清楚，她也把自己那边的安排往后挪了几天，好让我们",
            short_answer="……我们晚了三天发货，但是一件不少。",
            parting="就这样，我慢慢喜欢上了这份工作。",
            goodbye="谢谢您今天和我聊天。再见！",
        ),
    }
)
"""By the first subtag of the language."""


def spoken(language: str, text: str, share: float) -> int:
    """How many characters have been spoken after about `share` of a text: whole words."""
    end = round(len(text) * share)
    joints = [at for at in range(1, len(text)) if text[at - 1] == " " or ord(text[at]) >= WIDE_FROM]
    words = [text[:at].rstrip() for at in phrased(text, joints, language).breaks]
    return max((len(word) for word in words if len(word) <= end), default=end)
