using Amend.Cli;

return await AmendApp.RunAsync(args);
