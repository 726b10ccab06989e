namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

internal static class JwtCorpus
{
    public const string Found =
        """
        # the headers: {"alg":"HS256","typ":"JWT"}, {"typ":"JWT","alg":"RS256"}, {"alg":"none"}, {"alg":"ES256","kid":"k1"}, {"alg":"dir","enc":"A256GCM"}
        «ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey‹›JzdWIiOi‹w20›.‹a43›»
        token «ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey‹›JzdWIiOi‹w200›.‹a43›», then
        "«ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey‹›JzdWIiOi‹w30›.‹a43›»"
        {"t":"«ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey‹›JzdWIiOi‹w30›.‹a43›»"}
        Bearer «ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey‹›JzdWIiOi‹w30›.‹a43›»
        \n«ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey‹›JzdWIiOi‹w30›.‹a43›»\n
        access_token=«ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey‹›JzdWIiOi‹w30›.‹a43›»&x=1
        \u0026id_token=«ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey‹›JzdWIiOi‹w30›.‹a43›»\u0026
        it ends «ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey‹›JzdWIiOi‹w30›.‹a43›».
        («ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey‹›JzdWIiOi‹w30›.‹a43›»)
        %20«ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey‹›JzdWIiOi‹w30›.‹a43›»
        «ey‹›J0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.ey‹›JpYXQiOj‹w40›.‹a342›»
        «ey‹›J0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.ey‹›JpYXQiOj‹w400›.‹a342›» x
        a:«ey‹›J0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.ey‹›JpYXQiOj‹w40›.‹a342›»;b
        [«ey‹›J0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.ey‹›JpYXQiOj‹w40›.‹a342›»]
        令牌«ey‹›J0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.ey‹›JpYXQiOj‹w40›.‹a342›»。
        «ey‹›JhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.ey‹›JhdWQiOi‹w40›.‹a86›»
        jwt=«ey‹›JhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.ey‹›JhdWQiOi‹w40›.‹a86›»
        /«ey‹›JhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.ey‹›JhdWQiOi‹w40›.‹a86›»/
        '«ey‹›JhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.ey‹›JhdWQiOi‹w40›.‹a86›»'

        # a payload that is no JSON object
        «ey‹›JhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.‹a60›.‹a86›»
        «ey‹›JhbGciOiJIUzI1NiJ9.dGV4dA.‹a43›»

        # encrypted, of five parts, the second perhaps empty
        «ey‹›JhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..‹a16›.‹a80›.‹a22›»
        «ey‹›JhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0.‹a300›.‹a16›.‹a80›.‹a22›».
        x=«ey‹›JhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0.‹a300›.‹a16›.‹a80›.‹a22›»,y

        # without a signature, or cut off before it
        «ey‹›JhbGciOiJub25lIn0.ey‹›JzdWIiOi‹w30›».
        «ey‹›JhbGciOiJub25lIn0.ey‹›JzdWIiOi‹w30›»
        «ey‹›JhbGciOiJub25lIn0.ey‹›JzdWIiOi‹w30›» and more

        # two, and one behind an underscore
        «ey‹›JhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.ey‹›JhdWQiOi‹w40›.‹a86›» «ey‹›JhbGciOiJub25lIn0.ey‹›JzdWIiOi‹w30›»
        id_«ey‹›JhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.ey‹›JhdWQiOi‹w40›.‹a86›»
        x.«ey‹›JhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.ey‹›JhdWQiOi‹w40›.‹a86›»

        # glued to a word
        x«ey‹›JhbGciOiJIUzI1NiJ9.ey‹›JzdWIiOiIxIn0.‹a43›»
        1«ey‹›JhbGciOiJIUzI1NiJ9.ey‹›JzdWIiOiIxIn0.‹a43›»
        token«ey‹›JhbGciOiJIUzI1NiJ9.ey‹›JzdWIiOiIxIn0.‹a43›»
        """;

    public const string NotFound =
        """
        eyJ
        eyJ is how they start
        ey‹›JhbGciOiJIUzI1NiJ9
        ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9
        ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.
        ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9 .ey‹›JzdWIiOi‹w30› .‹a43›
        ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.payload
        ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.json
        ey‹›JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9,‹a20›,‹a43›
        EYJHBGCIOIJIUZI1NIJ9.EYJZDWIIOIIXIN0.‹u43›
        ‹l40›ey‹›JhbGciOiJIUzI1NiJ9.ey‹›JzdWIiOiIxIn0.‹a43›
        eyJA.eyJB.eyJC
        eyJ.eyJ.eyJ.eyJ.eyJ
        eyJeyJeyJeyJeyJeyJ
        eyJust.a.word
        eyJournal.of.Medicine
        eyJ‹l20›.‹l20›.‹l20›
        a.b.c
        www.example.com
        com.example.service.Handler
        System.Text.Json.JsonSerializer
        1.2.3
        ‹a20›.‹a20›.‹a20›
        ‹w36›.‹w100›.‹w43›
        ‹h40›
        data:application/json;base64,ey‹›JhIjoxLCJiIjoyfQ==
        {"a":"ey‹›JhIjoxLCJiIjoyfQ=="}
        header.payload.signature
        hey.Jude.song
        they.Just.left
        eyjafjallajökull.is.a.volcano
        """;
}
