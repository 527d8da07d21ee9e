// Every test starts processes that compute on all cores: one at a time.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
