using Amend.Studio.Tests.Running;

// Each class has a server, a model and pages of its own; more of them at once only wait for each other.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: AssemblyFixture(typeof(Browser))]
