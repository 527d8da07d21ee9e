using Amend.Studio.Tests.Running;

[assembly: AssemblyFixture(typeof(Browser))]
