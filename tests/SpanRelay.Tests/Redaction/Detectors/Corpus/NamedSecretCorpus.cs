namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

internal static class NamedSecretCorpus
{
    public const string Found =
        """
        {"password":"«hunter2»"}
        {"user":"ada","password":"«hunter2»","x":1}
        {"Password" : "«hunter2»"}
        { "passwd":⏎ "«hunter2»" }
        {"pwd":"«hunter2»","passphrase":"«correct horse»"}
        {"apiKey":"«k1»","api_key":"«k2»","API-KEY":"«k3»","api key":"«k4»"}
        {"access_token":"«t1»","refreshToken":"«t2»","id_token":"«t3»","sessionToken":"«t4»"}
        {"x-api-key":"«k»","Authorization":"«Basic x»","Proxy-Authorization":"«y»"}
        {"headers":{"cookie":"«a=b; c=d»","set-cookie":"«e=f»"}}
        {"client_secret":"«s1»","secret":"«s2»","secretKey":"«s3»","SecretAccessKey":"«s4»"}
        {"privateKey":"«p»","accountKey":"«a»","SharedAccessKey":"«b»","connectionString":"«c»"}
        {"OPENAI_API_KEY":"«k»","db_password":"«p»","slackAccessToken":"«t»"}
        [{"token":"«t»"}]
          {"token":"«t»"}
        ⏎[1,{"a":[{"token":"«t»"}]}]

        # values that are no strings
        {"pin":1,"token":«123»}
        {"token":«true»,"x":2}
        {"secret":«{"a":1,"b":"}"}»,"x":2}
        {"secrets":«["a","b]",["c"]]»}
        {"token":«-1.5e3» }
        {"credentials":«{"user":"ada","password":"x"}»}

        # values with escapes in them
        {"password":"«a\"b»"}
        {"password":"«a\\»","x":"y"}
        {"password":"«ä\u00e4»"}
        {"p\u0061ssword":"«x»"}

        # cut off, or malformed behind
        {"password":"«hunt»
        {"a":{"token":"«hunter2»","b":
        {"secret":«{"a":1,"b":"cut»
        {"secret":«[1,2»
        {"password":"«hunter2»",,,}}} not JSON
        {"password":"«hunter2»"}⏎{"token":"«t»"}

        # JSON inside a string of it
        {"body":"{\"password\":\"«hunter2»\",\"x\":1}"}
        {"body":"{\"token\":«123»,\"x\":1}"}
        {"body":"{\"secret\":«{\"a\":\"}\"}»}"}
        {"body":"{\n  \"password\":\n \"«hunter2»\"\n}"}
        {"body":"{\u0022password\u0022:\u0022«hunter2»\u0022,\u0022x\u0022:1}"}
        {"body":"{\"inner\":\"{\\\"password\\\":\\\"«hunter2»\\\"}\"}"}
        {"body":"config: {\"apiKey\": \"«k»\"} is what I have"}
        {"body":"{\"password\":\"«cut»"}
        {"body":"{\"password\":\"«a\\\"b»\"}"}

        # any text
        password: «hunter2»
        "password":"«hunter2»"
        x {"password":"«hunter2»"}
        // {"token":"«t»"}
        export DB_PASSWORD=«hunter2»
        X-Api-Key: «k1-2x»⏎Host: a
        Authorization: Custom «abc def»
        Cookie: «a=b; c=d»
        /cb?code=«SplxlOBeZQ»&state=1&access_token=«2YotnFZF»
        Server=a;Password=«my pass phrase»;Encrypt=true
        <password>«hunter2»</password><ns:ApiKey id="1">«k»</ns:ApiKey>
        &lt;password&gt;«hunter2»&lt;/password&gt;
        {'api_key': '«k1»', "b": 'x'}
        {apiKey: "«k1»", 'token': f"«t1»"}
        [{"name": "Authorization", "value": "«Bearer x»"}, {"value": "«v1»", "key": "API_KEY"}]
        - name: DB_PASSWORD⏎  value: «hunter2»
        password: |⏎  «line1⏎  line2»⏎next: 1
        passphrase: «correct horse battery staple»
        tool --password «hunter2» -token «t123» --user x
        curl -u ada:«hunter2» https://example.com
        mysql -p«hunter2» -h db
        CREATE USER x IDENTIFIED BY '«hunter2»'; ALTER USER x PASSWORD '«hunter2»'
        https://«ada:hunter2»@example.com/x postgres:‹›//«app:hunter/2»@db:5432/x
        https://«‹h32›»@sentry.example.com/1
        redirect=https%3A%2F%2Fexample.com%3Ftoken%3D«abc»%26x
        data: {"token": "«t»"}
        \u001b[31mtoken=«abc1»\u001b[0m
        setHeader("X-Api-Key", "«abc1»")
        API key: «abc1», secret key = «abc2»
        """;

    public const string NotFound =
        """
        # no value
        password={"a":1}
        password:
        password=
        "password":

        # other names
        {"user":"ada"}
        {"max_tokens":100,"prompt_tokens":5,"completionTokens":7,"tokens":3}
        {"token_count":5,"tokenizer":"x","token_type":"Bearer"}
        {"next_page_token_expiry":"x"}
        {"passenger":"ada","passed":true,"compass":"n"}
        {"keyboard":"us","monkey":"x","key":"x","keys":[1]}
        {"secretary":"ada","secretariat":"x"}
        {"author":"ada","authorized":true,"authorizationUrl":"x"}
        {"cookiePolicy":"x","cookieless":true}
        {"description":"the password is secret"}
        {"name":"password","type":"string"}
        {"required":["password","token"]}
        {"a":"password","b":"token"}
        ["password","token"]
        {"passwordLength":12,"password_hint_shown":true}
        {"publicKey":"x","primaryKey":"id","partition_key":"p"}
        {"connection":"x","connections":3}
        {"credentialType":"x"}
        {"private":true,"session":"x","bearerName":"y"}

        # nothing to hide
        {"password":null}
        {"password":""}
        {"password":
        {"password"
        {"password":}
        {}
        []
        {"a":"b: \"c\" d"}
        {"body":"{\"user\":\"ada\",\"max_tokens\":5}"}
        {"body":"{\"password\":null,\"token\":\"\"}"}
        {"body":"say \"password\" and go"}
        """;
}
