var builder = WebApplication.CreateSlimBuilder(args);
var app = builder.Build();
app.MapGet("/", (RequestDelegate)(context => context.Response.WriteAsync("SpanRelay")));
app.Run();
