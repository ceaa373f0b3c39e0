BEGIN TRANSACTION;
CREATE TABLE chunks (
	chunk_id VARCHAR(240) NOT NULL, 
	policy_id VARCHAR(200) NOT NULL, 
	revision VARCHAR(16) NOT NULL, 
	ordinal INTEGER NOT NULL, 
	start INTEGER NOT NULL, 
	"end" INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	context TEXT NOT NULL, 
	section TEXT, 
	vector_key VARCHAR(64) NOT NULL, 
	lexical_key VARCHAR(12) NOT NULL, 
	seq INTEGER NOT NULL, 
	PRIMARY KEY (chunk_id), 
	UNIQUE (seq)
);
INSERT INTO "chunks" VALUES('p623ee9ff66a4@c484126b8c46da15#000','p623ee9ff66a4','c484126b8c46da15',0,0,38,'云溪市夜市扶持办法
云政办发〔2024〕4号
各乡镇人民政府，市政府各部门：','云溪市夜市扶持办法 云政办发〔2024〕4号',NULL,'603de947fbcf0228a0631020c8e691e4a51d5dfe6bc1a2d1f864b04f7ef0187f','dc9ab62e668c',4);
INSERT INTO "chunks" VALUES('p623ee9ff66a4@c484126b8c46da15#001','p623ee9ff66a4','c484126b8c46da15',1,39,136,'一、补助标准
对夜市摊位，摊位费每平方米每月补助20元，单个摊位每年最高3000元。
二、责任单位
补助由市城市管理局负责发放。
本办法自2024年2月1日起施行，有效期至2027年1月31日。','云溪市夜市扶持办法 云政办发〔2024〕4号',NULL,'ac341024401c3fe1e0d47b098641e3486e2c27a4a805b570a74c08e9333ee629','fe675655688c',5);
INSERT INTO "chunks" VALUES('p623ee9ff66a4@c484126b8c46da15#002','p623ee9ff66a4','c484126b8c46da15',2,137,158,'云溪市人民政府办公室
2024年1月10日','云溪市夜市扶持办法 云政办发〔2024〕4号',NULL,'d90ea9b018f4c9f07bd42f551e4902aa2f69c54bf61c0a07382b3c86ac702e60','6ff7e484556e',6);
INSERT INTO "chunks" VALUES('p92353aa3a818@bdaa14fd00bf1680#000','p92353aa3a818','bdaa14fd00bf1680',0,0,118,'云溪市人民政府办公室关于废止部分文件的通知
云政办发〔2025〕9号
各乡镇人民政府，市政府各部门：
经研究，决定自2025年6月1日起废止《云溪市夜市扶持办法》（云政办发〔2024〕4号）。
云溪市人民政府办公室
2025年5月20日','云溪市人民政府办公室关于废止部分文件的通知 云政办发〔2025〕9号',NULL,'d7404383bc5c3deeb94a21c8d0e2e6ada6672138e2e6b5cffeae26e4c66fd9df','a60932b6e4b4',7);
INSERT INTO "chunks" VALUES('p6ad9522e4ff1@6501482bd04c5d59#000','p6ad9522e4ff1','6501482bd04c5d59',0,0,33,'云溪市养老床位补助实施细则
云民发〔2025〕3号
各街道办事处：','云溪市养老床位补助实施细则 云民发〔2025〕3号',NULL,'30d3cffbe62b7ceb7b5b307169ea4ee7ce20871d35f4e31a568e5be5db9792b5','da3c3150318a',11);
INSERT INTO "chunks" VALUES('p6ad9522e4ff1@6501482bd04c5d59#001','p6ad9522e4ff1','6501482bd04c5d59',1,34,82,'一、补助标准
对新增养老床位，每张补助8000元。
二、申请
由区民政局受理，咨询电话另行公布。','云溪市养老床位补助实施细则 云民发〔2025〕3号',NULL,'2cb959b80a021a7cab8081e2ade620c8c43217752d19a96566f8164c0ba04d73','2b6d9b2bea9b',12);
INSERT INTO "chunks" VALUES('p6ad9522e4ff1@6501482bd04c5d59#002','p6ad9522e4ff1','6501482bd04c5d59',2,83,99,'云溪市民政局
2025年3月4日','云溪市养老床位补助实施细则 云民发〔2025〕3号',NULL,'519e98070f2749e5fe95570e233595c7b49b2d3622a8f7d325dbae03f4746035','4ce48a908954',13);
CREATE TABLE document_regions (
	policy_id VARCHAR(200) NOT NULL, 
	code VARCHAR(12) NOT NULL, 
	role VARCHAR(8) NOT NULL, 
	PRIMARY KEY (policy_id, code, role)
);
CREATE TABLE documents (
	policy_id VARCHAR(200) NOT NULL, 
	revision VARCHAR(16) NOT NULL, 
	content_key VARCHAR(64) NOT NULL, 
	title TEXT NOT NULL, 
	title_key TEXT NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	doc_number TEXT, 
	doc_number_key TEXT, 
	issuer TEXT, 
	issuer_region VARCHAR(12), 
	subject_regions TEXT NOT NULL, 
	status VARCHAR(8) NOT NULL, 
	written_on VARCHAR(10), 
	published_on VARCHAR(10), 
	effective_from VARCHAR(10), 
	expires_on VARCHAR(10), 
	dated INTEGER, 
	digest_of TEXT, 
	source TEXT, 
	flags TEXT NOT NULL, 
	chunks INTEGER NOT NULL, 
	PRIMARY KEY (policy_id)
);
INSERT INTO "documents" VALUES('p623ee9ff66a4','c484126b8c46da15','a31c8734f7fcfd958c28053dc8b067da25ff805c582f35c476779fdfc4a6dad9','云溪市夜市扶持办法','云溪市夜市扶持办法','办法','云政办发〔2024〕4号','云政办发〔2024〕4号','云溪市人民政府办公室',NULL,'[]','未知','2024-01-10',NULL,'2024-02-01','2027-01-31',20240110,NULL,'办法.txt','[]',3);
INSERT INTO "documents" VALUES('p92353aa3a818','bdaa14fd00bf1680','95470a4a0afe47f02c75cdef40999b43c4326f6a5e129da3e001fa4c77ada7d4','云溪市人民政府办公室关于废止部分文件的通知','云溪市人民政府办公室关于废止部分文件的通知','通知','云政办发〔2025〕9号','云政办发〔2025〕9号','云溪市人民政府办公室',NULL,'[]','未知','2025-05-20',NULL,NULL,NULL,20250520,NULL,'废止.txt','[]',1);
INSERT INTO "documents" VALUES('p6ad9522e4ff1','6501482bd04c5d59','c5f2bb7c9bef9fc500561efb5e1c51fb9e924ca3e4cef015fa5068a52c705fe9','云溪市养老床位补助实施细则','云溪市养老床位补助实施细则','细则','云民发〔2025〕3号','云民发〔2025〕3号','云溪市民政局',NULL,'[]','未知','2025-03-04',NULL,NULL,NULL,20250304,NULL,'养老.txt','[]',3);
CREATE TABLE files (
	root TEXT NOT NULL, 
	path TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	mtime_ns INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	ingest_version VARCHAR(64) NOT NULL, 
	PRIMARY KEY (root, path)
);
INSERT INTO "files" VALUES('/文件','办法.txt',395,1795870151114622946,'eb0d42dad126477ca5ff2c3d450e844d57de32ce376f3b9fdb4eb21daf4c987f','readers-2/parse-2/sections-2');
INSERT INTO "files" VALUES('/文件','废止.txt',299,1795870151118457606,'f8e4afac0491bbca7079abe1b0913273f240dd13e2058f4fba9c9e57c2451bc5','readers-2/parse-2/sections-2');
INSERT INTO "files" VALUES('/文件','养老.txt',252,1795870159989041762,'393dde3fcb287df9576f8f348894190207e8c3ee6fb261c726122e2fb17dd9ff','readers-2/parse-2/sections-2');
CREATE TABLE meta (
	"key" VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('schema','1');
INSERT INTO "meta" VALUES('base','149284401b224e7c85855b696020bdc0');
INSERT INTO "meta" VALUES('embedding','fake:bigrams');
INSERT INTO "meta" VALUES('dimension','256');
INSERT INTO "meta" VALUES('seq','13');
INSERT INTO "meta" VALUES('generation','4');
INSERT INTO "meta" VALUES('lexical_dirty','0');
CREATE TABLE revisions (
	policy_id VARCHAR(200) NOT NULL, 
	revision VARCHAR(16) NOT NULL, 
	payload TEXT NOT NULL, 
	PRIMARY KEY (policy_id, revision)
);
INSERT INTO "revisions" VALUES('p6ad9522e4ff1','892fa36ba793d1fc','{"approved_by":null,"assignments":[],"attachments":[],"cc":[],"contact":null,"digest_of":null,"doc_number":"云民发〔2025〕3号","effective_from":null,"expires_on":null,"flags":[],"index_number":null,"issuer":"云溪市民政局","issuer_region":null,"kind":"细则","level":null,"origins":[{"end":13,"field":"title","label":null,"start":0},{"end":25,"field":"doc_number","label":null,"start":14},{"end":89,"field":"issuer","label":null,"start":83},{"end":99,"field":"written_on","label":null,"start":90}],"page":null,"parent":null,"policy_id":"","provisions":[],"published_on":null,"recipients":["各街道办事处"],"references":[],"reply":null,"sections":[{"end":59,"label":"一、","level":1,"path":"一、补助标准","start":34,"title":"补助标准"},{"end":82,"label":"二、","level":1,"path":"二、申请","start":60,"title":"申请"}],"signatory":null,"source_map":[{"box":null,"end":13,"page":null,"part":"body","raw_end":13,"raw_start":0,"start":0},{"box":null,"end":25,"page":null,"part":"body","raw_end":25,"raw_start":14,"start":14},{"box":null,"end":33,"page":null,"part":"body","raw_end":33,"raw_start":26,"start":26},{"box":null,"end":40,"page":null,"part":"body","raw_end":40,"raw_start":34,"start":34},{"box":null,"end":59,"page":null,"part":"body","raw_end":59,"raw_start":41,"start":41},{"box":null,"end":64,"page":null,"part":"body","raw_end":64,"raw_start":60,"start":60},{"box":null,"end":82,"page":null,"part":"body","raw_end":82,"raw_start":65,"start":65},{"box":null,"end":89,"page":null,"part":"body","raw_end":89,"raw_start":83,"start":83},{"box":null,"end":99,"page":null,"part":"body","raw_end":99,"raw_start":90,"start":90}],"sources":[],"status":"未知","status_evidence":null,"subject_regions":[],"tables":[],"targets":[],"text":"云溪市养老床位补助实施细则\n云民发〔2025〕3号\n各街道办事处：\n一、补助标准\n对新增养老床位，每张补助6000元。\n二、申请\n由区民政局受理，咨询电话另行公布。\n云溪市民政局\n2025年3月4日","title":"云溪市养老床位补助实施细则","written_on":"2025-03-04"}');
INSERT INTO "revisions" VALUES('p623ee9ff66a4','c484126b8c46da15','{"approved_by":null,"assignments":[],"attachments":[],"cc":[],"contact":null,"digest_of":null,"doc_number":"云政办发〔2024〕4号","effective_from":"2024-02-01","expires_on":"2027-01-31","flags":[],"index_number":null,"issuer":"云溪市人民政府办公室","issuer_region":null,"kind":"办法","level":null,"origins":[{"end":9,"field":"title","label":null,"start":0},{"end":22,"field":"doc_number","label":null,"start":10},{"end":147,"field":"issuer","label":null,"start":137},{"end":158,"field":"written_on","label":null,"start":148},{"end":136,"field":"effective_from","label":null,"start":104},{"end":136,"field":"expires_on","label":null,"start":104}],"page":null,"parent":null,"policy_id":"","provisions":[],"published_on":null,"recipients":["各乡镇人民政府","市政府各部门"],"references":[],"reply":null,"sections":[{"end":81,"label":"一、","level":1,"path":"一、补助标准","start":39,"title":"补助标准"},{"end":136,"label":"二、","level":1,"path":"二、责任单位","start":82,"title":"责任单位"}],"signatory":null,"source_map":[{"box":null,"end":9,"page":null,"part":"body","raw_end":9,"raw_start":0,"start":0},{"box":null,"end":22,"page":null,"part":"body","raw_end":22,"raw_start":10,"start":10},{"box":null,"end":38,"page":null,"part":"body","raw_end":38,"raw_start":23,"start":23},{"box":null,"end":45,"page":null,"part":"body","raw_end":45,"raw_start":39,"start":39},{"box":null,"end":81,"page":null,"part":"body","raw_end":81,"raw_start":46,"start":46},{"box":null,"end":88,"page":null,"part":"body","raw_end":88,"raw_start":82,"start":82},{"box":null,"end":103,"page":null,"part":"body","raw_end":103,"raw_start":89,"start":89},{"box":null,"end":136,"page":null,"part":"body","raw_end":136,"raw_start":104,"start":104},{"box":null,"end":147,"page":null,"part":"body","raw_end":147,"raw_start":137,"start":137},{"box":null,"end":158,"page":null,"part":"body","raw_end":158,"raw_start":148,"start":148}],"sources":[],"status":"未知","status_evidence":{"end":136,"start":104},"subject_regions":[],"tables":[],"targets":[{"deadline":"每年","indicator":"摊位费每平方米每月补助","kind":"recurring","mentions":[{"end":66,"start":52}],"modifier":null,"section":"一、补助标准","unit":"元","value":20},{"deadline":"每年","indicator":"单个摊位每年最高","kind":"recurring","mentions":[{"end":80,"start":67}],"modifier":null,"section":"一、补助标准","unit":"元","value":3000}],"text":"云溪市夜市扶持办法\n云政办发〔2024〕4号\n各乡镇人民政府，市政府各部门：\n一、补助标准\n对夜市摊位，摊位费每平方米每月补助20元，单个摊位每年最高3000元。\n二、责任单位\n补助由市城市管理局负责发放。\n本办法自2024年2月1日起施行，有效期至2027年1月31日。\n云溪市人民政府办公室\n2024年1月10日","title":"云溪市夜市扶持办法","written_on":"2024-01-10"}');
INSERT INTO "revisions" VALUES('p92353aa3a818','bdaa14fd00bf1680','{"approved_by":null,"assignments":[],"attachments":[],"cc":[],"contact":null,"digest_of":null,"doc_number":"云政办发〔2025〕9号","effective_from":null,"expires_on":null,"flags":[],"index_number":null,"issuer":"云溪市人民政府办公室","issuer_region":null,"kind":"通知","level":null,"origins":[{"end":21,"field":"title","label":null,"start":0},{"end":34,"field":"doc_number","label":null,"start":22},{"end":10,"field":"issuer","label":null,"start":0},{"end":118,"field":"written_on","label":null,"start":108}],"page":null,"parent":null,"policy_id":"","provisions":[],"published_on":null,"recipients":["各乡镇人民政府","市政府各部门"],"references":[{"doc_number":"云政办发〔2024〕4号","end":95,"relation":"废止","start":70,"title":"云溪市夜市扶持办法"}],"reply":null,"sections":[],"signatory":null,"source_map":[{"box":null,"end":21,"page":null,"part":"body","raw_end":21,"raw_start":0,"start":0},{"box":null,"end":34,"page":null,"part":"body","raw_end":34,"raw_start":22,"start":22},{"box":null,"end":50,"page":null,"part":"body","raw_end":50,"raw_start":35,"start":35},{"box":null,"end":96,"page":null,"part":"body","raw_end":96,"raw_start":51,"start":51},{"box":null,"end":107,"page":null,"part":"body","raw_end":107,"raw_start":97,"start":97},{"box":null,"end":118,"page":null,"part":"body","raw_end":118,"raw_start":108,"start":108}],"sources":[],"status":"未知","status_evidence":null,"subject_regions":[],"tables":[],"targets":[],"text":"云溪市人民政府办公室关于废止部分文件的通知\n云政办发〔2025〕9号\n各乡镇人民政府，市政府各部门：\n经研究，决定自2025年6月1日起废止《云溪市夜市扶持办法》（云政办发〔2024〕4号）。\n云溪市人民政府办公室\n2025年5月20日","title":"云溪市人民政府办公室关于废止部分文件的通知","written_on":"2025-05-20"}');
INSERT INTO "revisions" VALUES('p6ad9522e4ff1','6501482bd04c5d59','{"approved_by":null,"assignments":[],"attachments":[],"cc":[],"contact":null,"digest_of":null,"doc_number":"云民发〔2025〕3号","effective_from":null,"expires_on":null,"flags":[],"index_number":null,"issuer":"云溪市民政局","issuer_region":null,"kind":"细则","level":null,"origins":[{"end":13,"field":"title","label":null,"start":0},{"end":25,"field":"doc_number","label":null,"start":14},{"end":89,"field":"issuer","label":null,"start":83},{"end":99,"field":"written_on","label":null,"start":90}],"page":null,"parent":null,"policy_id":"","provisions":[],"published_on":null,"recipients":["各街道办事处"],"references":[],"reply":null,"sections":[{"end":59,"label":"一、","level":1,"path":"一、补助标准","start":34,"title":"补助标准"},{"end":82,"label":"二、","level":1,"path":"二、申请","start":60,"title":"申请"}],"signatory":null,"source_map":[{"box":null,"end":13,"page":null,"part":"body","raw_end":13,"raw_start":0,"start":0},{"box":null,"end":25,"page":null,"part":"body","raw_end":25,"raw_start":14,"start":14},{"box":null,"end":33,"page":null,"part":"body","raw_end":33,"raw_start":26,"start":26},{"box":null,"end":40,"page":null,"part":"body","raw_end":40,"raw_start":34,"start":34},{"box":null,"end":59,"page":null,"part":"body","raw_end":59,"raw_start":41,"start":41},{"box":null,"end":64,"page":null,"part":"body","raw_end":64,"raw_start":60,"start":60},{"box":null,"end":82,"page":null,"part":"body","raw_end":82,"raw_start":65,"start":65},{"box":null,"end":89,"page":null,"part":"body","raw_end":89,"raw_start":83,"start":83},{"box":null,"end":99,"page":null,"part":"body","raw_end":99,"raw_start":90,"start":90}],"sources":[],"status":"未知","status_evidence":null,"subject_regions":[],"tables":[],"targets":[],"text":"云溪市养老床位补助实施细则\n云民发〔2025〕3号\n各街道办事处：\n一、补助标准\n对新增养老床位，每张补助8000元。\n二、申请\n由区民政局受理，咨询电话另行公布。\n云溪市民政局\n2025年3月4日","title":"云溪市养老床位补助实施细则","written_on":"2025-03-04"}');
CREATE TABLE sources (
	root TEXT NOT NULL, 
	path TEXT NOT NULL, 
	article INTEGER NOT NULL, 
	policy_id VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	PRIMARY KEY (root, path, article)
);
INSERT INTO "sources" VALUES('/文件','养老.txt',0,'p6ad9522e4ff1',1);
INSERT INTO "sources" VALUES('/文件','办法.txt',0,'p623ee9ff66a4',1);
INSERT INTO "sources" VALUES('/文件','废止.txt',0,'p92353aa3a818',1);
CREATE TABLE tombstones (
	seq INTEGER NOT NULL, 
	chunk_id VARCHAR(240) NOT NULL, 
	PRIMARY KEY (seq)
);
INSERT INTO "tombstones" VALUES(8,'p6ad9522e4ff1@892fa36ba793d1fc#000');
INSERT INTO "tombstones" VALUES(9,'p6ad9522e4ff1@892fa36ba793d1fc#001');
INSERT INTO "tombstones" VALUES(10,'p6ad9522e4ff1@892fa36ba793d1fc#002');
CREATE INDEX ix_documents_doc_number_key ON documents (doc_number_key);
CREATE INDEX ix_documents_dated ON documents (dated);
CREATE INDEX ix_documents_revision ON documents (revision);
CREATE INDEX ix_sources_policy_id ON sources (policy_id);
CREATE INDEX ix_chunks_policy_id ON chunks (policy_id);
CREATE INDEX document_regions_code ON document_regions (code);
COMMIT;