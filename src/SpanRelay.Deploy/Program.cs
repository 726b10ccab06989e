using SpanRelay.Deploy;

// The tests run a hook by its name, without the build that "dotnet run" makes of each file.
return await Hooks.RunAsync(args.Single());
