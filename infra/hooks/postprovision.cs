#:project ../../src/SpanRelay.Deploy
#:property PublishAot=false
return await SpanRelay.Deploy.Hooks.RunAsync("postprovision");
